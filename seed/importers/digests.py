"""The digest by which an import knows a fact again that an earlier release of the dataset told already."""

from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from operator import itemgetter
from typing import Any

import orjson

from seed.neutral_facts import ActorFact, CitationFact, DatasetCodesFact, EventFact, Fact, LocationFact

SIZE = 16  # bytes: an import holds the digests of a whole dataset, and two facts never meet by chance in so many
# Which release a fact was read in does not count. Nor do columns that younger layouts added and that change nothing
# about an event: its ids elsewhere, and a code that says "Clear" where older files said nothing (any other code is in
# `review_status`). A place or an actor is cited to the first record that named it, which says nothing of the thing.
NOT_COMPARED: dict[type[Fact], frozenset[str]] = {
    CitationFact: frozenset({"source"}),
    EventFact: frozenset({"external_ids"}),
    DatasetCodesFact: frozenset({"code_status"}),
    LocationFact: frozenset({"citations"}),
    ActorFact: frozenset({"citations"}),
}


def digest_of_dataset_fact(fact: Fact) -> bytes:
    """What equal facts of two releases have in common, and no others: over all but `NOT_COMPARED`."""
    # Lists of values without their names: JSON parts one value from the next, and knows null and 0 from "".
    return sha256(orjson.dumps(fact, default=_compared)).digest()[:SIZE]


def _compared(fact: Fact) -> Any:
    """The values of a fact that are compared; JSON asks again for the facts among them."""
    return _values_of(type(fact))(fact.__dict__)


@cache
def _values_of(kind: type[Fact]) -> Callable[[Mapping[str, Any]], Any]:
    return itemgetter(*(name for name in kind.model_fields if name not in NOT_COMPARED.get(kind, ())))
