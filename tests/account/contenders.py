"""Contenders for one lock, stepped one call at a time: a scheduler decides who goes next, who is killed, how far reads lag."""

from __future__ import annotations

import threading
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ramstack.account.claimant import Claimant, lock_name
from ramstack.gateway.port import PolicyRow, Receipt
from ramstack.model.address import PolicyRef
from ramstack.model.call import Call
from ramstack.model.errors import Locked
from ramstack.model.holder import Holder, Runner
from tests.memory import MemoryGateway

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TTL = timedelta(minutes=10)
STACK = "media"
HELD = 8  # turns that a contender keeps the lock


@dataclass
class Clock:
    """Each reading is a millisecond later than the one before; `pause` moves it, too."""

    at: datetime = START

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def pause(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def claimant(
    account: object,
    clock: Clock,
    run: int,
    pause: Callable[[float], None] | None = None,
    dead: Callable[[str], bool] = lambda _: False,
) -> Claimant:
    runner = Runner(f"{run:016x}", "acs:ram::1:user/ci", "host", "https://ci/1", f"process-{run}")
    return Claimant(account, account, runner, TTL, clock.now, pause or clock.pause, dead)


class Killed(BaseException):
    """kill -9: nothing that comes after it is performed, no `finally` either."""


@dataclass
class Account:
    """A memory account whose reads may show the past: never further back than the same reader was shown before."""

    now: MemoryGateway = field(default_factory=MemoryGateway)
    past: list[MemoryGateway] = field(default_factory=list)

    def write(self, call: Call) -> Receipt:
        self.past.append(deepcopy(self.now))
        return self.now.perform(call)


@dataclass
class Contender:
    """Takes the lock, holds it for a moment, gives it up; waits for its turn before each call."""

    account: Account
    clock: Clock
    number: int
    lags: bool = False
    holds: bool = False
    ended: str = ""
    shown: int = 0
    _killed: bool = False
    _turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    _rest: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def step(self, *, kill: bool = False) -> None:
        """Let it make one call, or die before it."""
        self._killed = self._killed or kill
        self._turn.release()
        self._rest.acquire()
        if self.ended:
            self._thread.join()

    def perform(self, call: Call, *, has_turn: bool = False) -> Receipt:
        self._wait()
        return self.account.write(call)

    def policy(self, ref: PolicyRef) -> PolicyRow | None:
        return self._seen().policy(ref)

    def policies(self):
        return self._seen().policies()

    def pause(self, seconds: float) -> None:
        """Whoever waits sees what was written meanwhile."""
        self.clock.pause(seconds / 100)
        self.shown = len(self.account.past) if seconds else self.shown

    def _seen(self) -> MemoryGateway:
        self._wait()
        history = [*self.account.past, self.account.now]
        self.shown = min(self.shown, len(history) - 1) if self.lags else len(history) - 1
        return history[self.shown]

    def _wait(self) -> None:
        if not self._killed:
            self._rest.release()
            self._turn.acquire()
        if self._killed:
            raise Killed

    def _run(self) -> None:
        self._turn.acquire()
        claim = claimant(self, self.clock, self.number, self.pause)
        try:
            mine = claim.take(STACK)
            self.holds = True
            for _ in range(HELD):
                self._wait()
            self.holds = False
            claim.give_up(lock_name(STACK), mine)
            self.ended = "held"
        except Locked:
            self.ended = "locked"
        except Killed:
            self.holds, self.ended = False, "killed"
        self._rest.release()


def left_by(account: object, name: str, run: int, clock: Clock) -> Holder:
    """A run that took `name` and was killed."""
    return claimant(account, clock, run)._elect(name, STACK)
