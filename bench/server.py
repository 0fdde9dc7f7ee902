"""The embedded account in a process of its own, started and stopped by a context.

The process lives as long as its end of a pipe is open: it also goes when the bench is killed.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

LATENCY_MS = 20.0
PATIENCE = 30.0


@dataclass(frozen=True)
class Access:
    """What a client needs to reach the account."""

    endpoint: str
    key_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Tally:
    """What the account counted since it was last asked. `cpu` is what serving cost it, in seconds."""

    by_action: Counter[str]
    reads: int
    writes: int
    throttled: int
    cpu: float

    @property
    def calls(self) -> int:
        return self.reads + self.writes


@dataclass(frozen=True)
class Manner:
    """How the account behaves. `quota_scale` counts where the rates are `documented`."""

    quota: str = "off"
    quota_scale: float = 1.0
    latency_ms: float = LATENCY_MS


class ServedAccount:
    """An account in the file `path`, which keeps what it holds from one context to the next."""

    def __init__(self, path: Path, manner: Manner) -> None:
        context = get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, path, manner), name="account")
        self._theirs = theirs
        self.access: Access

    def __enter__(self) -> Self:
        self._process.start()
        self._theirs.close()  # so that the pipe breaks when either process ends
        self.access = self._ours.recv()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ours.close()
        self._process.join(PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()

    def seed(self, document: Mapping[str, object]) -> None:
        self._ask(("seed", document))

    def take(self) -> Tally:
        """What was counted since the last time; counting starts anew."""
        tally: Tally = self._ask(("take", None))
        return tally

    def _ask(self, question: tuple[str, object]) -> Any:
        self._ours.send(question)
        return self._ours.recv()


def _serve(pipe: Connection, path: Path, manner: Manner) -> None:
    """The process: answers on its socket until the pipe breaks."""
    from ramstack.emulator import EmbeddedAccount, Settings  # noqa: PLC0415 - clients must not carry it in memory

    settings = Settings(quota=manner.quota, quota_scale=manner.quota_scale, latency_ms=manner.latency_ms)
    with EmbeddedAccount(path, settings) as account:
        pipe.send(Access(account.endpoint, account.access_key_id, account.access_key_secret))
        began = time.process_time()
        while question := _next(pipe):
            if question[0] == "seed":
                account.seed(question[1])
                pipe.send(None)
            else:
                pipe.send(_tally(account, time.process_time() - began))
            began = time.process_time()


def _next(pipe: Connection) -> Any:
    """None once the bench has closed its end."""
    try:
        return pipe.recv()
    except EOFError:
        return None


def _tally(account: Any, cpu: float) -> Tally:
    calls = account.calls()
    account.forget_calls()
    kinds = Counter(call.kind for call in calls)
    return Tally(
        by_action=Counter(call.action for call in calls),
        reads=kinds["read"],
        writes=kinds["write"],
        throttled=sum(call.code.startswith("Throttling") for call in calls),
        cpu=cpu,
    )
