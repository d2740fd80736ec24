"""Tells a dataset's files in a process of its own, which reads while this one writes: an import takes half the time.

The two speak through a pipe; the other one waits where this one is behind, so neither gathers work in memory.
"""

import gc
import marshal
import pickle
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from typing import Any

from app.db import make_read_engine
from seed.dataset_scope import Withdrawals
from seed.dataset_telling import DatasetFile, Teller, ToldBatch

RARELY = 100_000  # objects more than were freed


class ReaderLost(Exception):
    """The process that reads the files ended before it was done; nothing is written."""


class SecondProcess:
    """A teller that works in another process. It has to be used in a `with`, which ends that process in any case."""

    def __init__(self, url: str, origin: str, files: Sequence[DatasetFile]) -> None:
        # A new interpreter rather than a copy of this one, whose connections and threads must not be in two processes.
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=_tell, args=(theirs, url, origin, files), daemon=True)
        self._theirs = theirs
        self._withdrawals: Withdrawals | None = None
        self._collects_at = gc.get_threshold()

    def __enter__(self) -> "SecondProcess":
        self._process.start()
        # Each batch is many small objects that refer to nothing in circles: to look for such seldom spares a third of
        # the time that it takes to unpack one.
        gc.set_threshold(RARELY, *self._collects_at[1:])
        # The end of the other process is seen here only where nobody else holds its end of the pipe.
        self._theirs.close()
        return self

    def __exit__(self, *_: object) -> None:
        gc.set_threshold(*self._collects_at)
        self._pipe.close()
        self._process.terminate()
        self._process.join()

    def batches(self) -> Iterator[ToldBatch]:
        """What the other process tells. Raises what stopped it, or ReaderLost where it could not say."""
        while True:
            try:
                told: _Message | Withdrawals | Exception = pickle.loads(self._pipe.recv_bytes())  # noqa: S301
            except (EOFError, OSError):
                raise ReaderLost("The process that reads the files was ended. Nothing was written.") from None
            if isinstance(told, Exception):
                raise told
            if isinstance(told, Withdrawals):
                self._withdrawals = told
                return
            yield told.batch()

    def withdrawals(self) -> Withdrawals:
        """What the files withdraw, once all batches are told."""
        if self._withdrawals is None:
            raise ReaderLost("The files are not told yet.")
        return self._withdrawals


class _Message:
    """A batch on its way. Its rows are most of it, and of plain types, for which `marshal` takes half the time."""

    def __init__(self, batch: ToldBatch) -> None:
        """The batch itself is left without its rows."""
        self._batch = batch
        rows, published = batch.rows, batch.published
        plain: list[Any] = [[*rows.values()]]
        batch.rows = {table: [] for table in rows}
        if published is not None:
            plain += [[*published.rows.values()], [*published.texts.values()]]
            published.rows, published.texts = (
                {table: [] for table in published.rows},
                {table: ("", []) for table in published.texts},
            )
        self._plain = marshal.dumps(plain)

    def batch(self) -> ToldBatch:
        """The batch as it was."""
        batch, (rows, *of_published) = self._batch, marshal.loads(self._plain)  # noqa: S302  # our own process's
        batch.rows = dict(zip(batch.rows, rows, strict=True))
        if batch.published is not None:
            published_rows, texts = of_published
            batch.published.rows = dict(zip(batch.published.rows, published_rows, strict=True))
            batch.published.texts = dict(zip(batch.published.texts, texts, strict=True))
        return batch


def _tell(pipe: Pipe, url: str, origin: str, files: Sequence[DatasetFile]) -> None:
    """The other process: tell all, or what went wrong."""
    # What a batch makes refers to nothing in circles, so that nothing has to be looked for.
    gc.disable()
    engine = make_read_engine(url)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                # Within a transaction, rows can be read some at a time.
                connection.execution_options(isolation_level="REPEATABLE READ")
            teller = Teller(connection, origin, files)
            if teller.knows_all:
                connection.close()  # and its locks: the one that writes may want the tables for itself
            for batch in teller.batches():
                pipe.send_bytes(pickle.dumps(_Message(batch), pickle.HIGHEST_PROTOCOL))
            pipe.send_bytes(pickle.dumps(teller.withdrawals(), pickle.HIGHEST_PROTOCOL))
    except BrokenPipeError:
        return  # the one that writes has ended
    except Exception as error:  # noqa: BLE001  # whatever it is, the process that writes has to stop for it
        pipe.send_bytes(_as_message(error))
    finally:
        engine.dispose()


def _as_message(error: Exception) -> bytes:
    """What went wrong, as it can be sent: not every exception can be made again from its own parts."""
    try:
        message = pickle.dumps(error)
        pickle.loads(message)  # noqa: S301
    except Exception:  # noqa: BLE001  # whatever stops it from being sent, its text can be
        return pickle.dumps(ReaderLost(f"The process that reads the files failed: {error}. Nothing was written."))
    return message
