"""How answers are encoded for the way: what the client takes, decoded to the answer itself, and said in its headers."""

import gzip
import random
import zlib
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from app.web.encodings import ENCODERS, SMALLEST_ENCODED_BYTES, choose_encoding
from tests.api.facts import TOWER_22
from tests.api.serving import Api
from tests.api.test_answer_cache import Answer, ask, served

LARGE = ("/events", f"/events/{TOWER_22}", "/casualty-claims", "/actors", "/locations")
SMALL = ("/events?limit=1&fields=id", "/healthz", "/problems/withdrawn", "/events/no-such")


@pytest.fixture(scope="module", params=[0, 32], ids=["asked anew", "remembered"])
def client(api: Api, request: pytest.FixtureRequest) -> Iterator[Any]:
    """With and without answers from memory: what is asked twice comes from there."""
    with served(api.database, request.param) as anew:
        yield anew.client


def asked_twice(client: Any, address: str, **headers: str) -> Answer:
    first, second = (ask(client, address, **headers) for _ in range(2))
    assert first == second
    return first


def decoded(headers: dict[str, str], body: bytes) -> bytes:
    coding = headers.get("content-encoding")
    if coding == "gzip":
        return gzip.decompress(body)
    if coding == "zstd":
        return zstandard.ZstdDecompressor().decompressobj().decompress(body)
    if coding == "br":
        return bytes(import_module("brotli").decompress(body))
    assert coding is None
    return body


def vary(headers: dict[str, str]) -> list[str]:
    return [name.strip().lower() for name in headers.get("vary", "").split(",") if name.strip()]


# What is accepted, and which of its encodings may be chosen.
ACCEPTED = [
    ("gzip", {"gzip"}),
    ("GZip", {"gzip"}),
    ("zstd", {"zstd"}),
    ("br", {"br"}),
    ("identity", {None}),
    ("", {None}),
    ("deflate", {None}),
    ("compress, x-gzip", {None}),
    ("*", {"gzip", "zstd", "br"}),
    ("gzip, zstd", {"zstd"}),
    ("gzip, deflate, br, zstd", {"zstd"}),
    ("gzip;q=1.0, zstd;q=0.5", {"gzip"}),
    ("zstd;q=0.2, gzip;q=0.8", {"gzip"}),
    ("gzip ; q=0.5 , zstd ; q=0.9", {"zstd"}),
    ("gzip;q=0", {None}),
    ("gzip;q=0.000, zstd;q=0.0", {None}),
    ("gzip;q=0, zstd", {"zstd"}),
    ("zstd;q=0, gzip", {"gzip"}),
    ("zstd;q=0, *", {"gzip", "br"}),
    ("gzip;q=0, *;q=0.5", {"zstd", "br"}),
    ("*;q=0", {None}),
    ("*;q=0, gzip", {"gzip"}),
    ("gzip;q=0, zstd;q=0, br", {"br"}),
    ("br;q=0, gzip;q=0, zstd;q=0, *", {None}),
    ("identity;q=1, *;q=0", {None}),
    ("gzip;q=nonsense", {None, "gzip"}),
    (",,gzip,,", {"gzip"}),
]


@pytest.mark.parametrize(("accepted", "allowed"), ACCEPTED, ids=[repr(accepted) for accepted, _ in ACCEPTED])
def test_an_answer_is_encoded_as_the_client_prefers_and_never_as_it_refuses(
    client: Any, accepted: str, allowed: set[str | None]
) -> None:
    for address in LARGE:
        plain = asked_twice(client, address, accept_encoding="identity")
        assert "content-encoding" not in plain[1]
        status, headers, body = asked_twice(client, address, accept_encoding=accepted)
        assert status == 200
        assert headers.get("content-encoding") in allowed, address
        assert decoded(headers, body) == plain[2]
        assert int(headers["content-length"]) == len(body)
        for name in ("etag", "content-type", "data-release", "link", "cache-control", "last-modified"):
            assert headers.get(name) == plain[1].get(name)
        if headers.get("content-encoding"):
            assert len(body) < len(plain[2])


@pytest.mark.parametrize("coding", ["gzip", "zstd", "br", "gzip, br, zstd", "*"])
def test_what_is_small_stays_as_it_is(client: Any, coding: str) -> None:
    for address in SMALL:
        plain, answer = asked_or_refused(client, address, "identity"), asked_or_refused(client, address, coding)
        assert len(answer[2]) < SMALLEST_ENCODED_BYTES
        assert "content-encoding" not in answer[1]
        assert (answer[0], without_instance(answer[2])) == (plain[0], without_instance(plain[2]))


def asked_or_refused(client: Any, address: str, coding: str) -> Answer:
    return ask(client, address, accept_encoding=coding)


def without_instance(body: bytes) -> bytes:
    return body.partition(b'"instance"')[0]


@pytest.mark.parametrize("coding", ["identity", "gzip", "zstd", "br", "gzip, br, zstd", "*", "gzip;q=0"])
def test_vary_names_what_the_answer_depends_on_once(client: Any, coding: str) -> None:
    """On the answer and on the 304 alike: a cache that revalidates goes by either."""
    for address in (*LARGE, *SMALL[:1]):
        for origin in ({}, {"origin": "https://dashboard.example"}):
            asked = {"accept_encoding": coding, **origin}
            status, headers, body = asked_twice(client, address, **asked)
            assert status == 200
            names = vary(headers)
            assert len(names) == len(set(names)), names
            if len(body) >= SMALLEST_ENCODED_BYTES or "content-encoding" in headers:
                assert "accept-encoding" in names
            assert "accept" in names
            for known in (headers["etag"], "*"):
                status, of_304, body = asked_twice(client, address, **asked, if_none_match=known)
                assert (status, body) == (304, b"")
                names = vary(of_304)
                assert len(names) == len(set(names)), names
                assert {"accept", "accept-encoding"} <= set(names)
                assert not {"content-encoding", "content-length", "content-type"} & set(of_304)


@pytest.mark.parametrize("coding", ["gzip", "zstd", "br", "gzip, br", "gzip;q=0, br", "gzip;q=0"])
def test_what_the_middleware_encodes_decodes_and_says_what_it_depends_on(client: Any, coding: str) -> None:
    plain = ask(client, "/openapi.json", accept_encoding="identity")
    status, headers, body = asked_twice(client, "/openapi.json", accept_encoding=coding)
    assert (status, decoded(headers, body)) == (200, plain[2])
    assert ("content-encoding" in headers) == (coding != "gzip;q=0")
    status, of_304, _ = ask(client, "/openapi.json", accept_encoding=coding, if_none_match=headers["etag"])
    assert status == 304
    for names in (vary(headers), vary(of_304)):
        assert names.count("accept-encoding") == 1


def test_accept_encoding_may_stand_in_several_lines(client: Any) -> None:
    plain = ask(client, "/events", accept_encoding="identity")[2]
    for lines, allowed in (
        (["br", "gzip"], {"br", "gzip"}),
        (["gzip;q=0", "zstd"], {"zstd"}),
        (["identity", "gzip"], {"gzip"}),
    ):
        headers = [("accept-encoding", line) for line in lines]
        with client.stream("GET", "/events", headers=headers) as answer:
            body = b"".join(answer.iter_raw())
        assert answer.headers.get("content-encoding") in allowed
        assert decoded(dict(answer.headers), body) == plain


def test_nothing_is_encoded_where_nothing_is_said(client: Any) -> None:
    request = client.build_request("GET", "/events")
    del request.headers["accept-encoding"]
    answer = client.send(request)
    assert answer.status_code == 200
    assert "content-encoding" not in answer.headers


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=5000), copies=st.integers(1, 200))
def test_what_is_encoded_decodes_to_what_it_was(body: bytes, copies: int) -> None:
    whole = body * copies
    assert set(ENCODERS) == {"br", "gzip", "zstd"}
    assert gzip.decompress(ENCODERS["gzip"](whole)) == whole
    assert zlib.decompress(ENCODERS["gzip"](whole), 31) == whole, "one member, by another reader"
    assert zstandard.ZstdDecompressor().decompressobj().decompress(ENCODERS["zstd"](whole)) == whole
    assert import_module("brotli").decompress(ENCODERS["br"](whole)) == whole


def test_what_cannot_be_made_smaller_still_decodes() -> None:
    noise = random.Random(2).randbytes(300_000)  # noqa: S311
    assert gzip.decompress(ENCODERS["gzip"](noise)) == noise
    assert zstandard.ZstdDecompressor().decompressobj().decompress(ENCODERS["zstd"](noise)) == noise


QUALITIES = st.sampled_from(["", ";q=0", ";q=0.0", ";q=0.1", ";q=0.5", "; q=0.9", ";q=1", ";q=1.000"])
CODINGS = st.sampled_from(["gzip", "zstd", "br", "identity", "*", "deflate"])


@settings(max_examples=300, deadline=None)
@given(asked=st.lists(st.tuples(CODINGS, QUALITIES), max_size=6, unique_by=lambda each: each[0]))
def test_the_choice_is_one_of_the_highest_quality_that_is_not_refused(asked: list[tuple[str, str]]) -> None:
    quality = {name: float(text.partition("=")[2] or 1) for name, text in asked}
    of = {name: quality.get(name, quality.get("*", 0.0)) for name in ENCODERS}
    chosen = choose_encoding(", ".join(name + text for name, text in asked))
    if max(of.values()) == 0:
        assert chosen is None
    else:
        assert chosen is not None
        assert of[chosen] == max(of.values())


@pytest.mark.parametrize("header", ["gzip;q=nan", "gzip;q=inf", "gzip;q=-1", ";", ",", ";q=1", "gzip;;q=0.5", "q=1"])
def test_any_header_is_answered(client: Any, header: str) -> None:
    plain = ask(client, "/events", accept_encoding="identity")[2]
    status, headers, body = asked_twice(client, "/events", accept_encoding=header)
    assert status == 200
    assert decoded(headers, body) == plain
