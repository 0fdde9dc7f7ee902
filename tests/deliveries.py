"""Runs that deliver: a sink in memory, and everything that a command does between a stack and its outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from ramstack.account.applier import apply
from ramstack.account.confirm import confirm
from ramstack.account.credentials import with_last_use
from ramstack.account.delivery import Courier, Desk, marks_of
from ramstack.account.performer import Performer
from ramstack.account.reader import read_account
from ramstack.account.scope import retired_by, scope_of_plan, scope_of_stacks
from ramstack.gateway.port import Reader, Writer
from ramstack.model.change import Plan
from ramstack.model.credential import ConsoleWish, KeysWish
from ramstack.model.errors import SinkFailed
from ramstack.model.mark import KeysMark
from ramstack.model.outcome import Outcome
from ramstack.model.problem import Origin
from ramstack.model.proof import Verdict
from ramstack.model.secret import Secret
from ramstack.model.stack import Stack, UserWish
from ramstack.planning.plan import Request, asks_last_use, make_plan
from ramstack.planning.rename import rename, renames_of
from ramstack.planning.schedule import schedule
from ramstack.secrets.payload import Payload

NOW = datetime(2026, 1, 31, 8, tzinfo=UTC)
HERE = Origin("stack.yaml")
PASSWORDS = count(1)
RUNS = count(1)


@dataclass
class MemorySink:
    """Keeps what it was given; fails as often as it is told, for good or in passing."""

    given: list[dict[str, str]] = field(default_factory=list)
    failing: list[bool] = field(default_factory=list)
    checks: int = 0

    def check(self) -> None:
        self.checks += 1

    def deliver(self, payload: Payload) -> str:
        if self.failing:
            raise SinkFailed("mail", "the box is shut", transient=self.failing.pop(0))
        self.given.append(payload.reveal())
        return "memory"

    @property
    def keys(self) -> dict[str, str]:
        """Delivered secrets by the ids of their keys."""
        return {p["access_key_id"]: p["access_key_secret"] for p in self.given if "access_key_id" in p}

    @property
    def passwords(self) -> dict[str, str]:
        return {p["user"]: p["password"] for p in self.given if "password" in p}


def stack_of(*users: UserWish) -> Stack:
    return Stack("team", "3f9a2c1b", users={user.name: user for user in users})


def user(
    name: str = "app", keys: KeysWish | None = None, console: ConsoleWish | None = None, **more: Any
) -> UserWish:
    return UserWish(name, HERE, access_keys=keys, console=console, **more)


def keys(count_: int = 1, **more: Any) -> KeysWish:
    days = {name: timedelta(days=more.pop(name)) for name in ("rotate_after", "overlap") if name in more}
    return KeysWish(HERE, count_, deliver="mail", **days, **more)


def console(**more: Any) -> ConsoleWish:
    return ConsoleWish(HERE, **{"password": "generate", "deliver": "mail", **more})


@dataclass
class Office:
    """Runs against one account, with one sink. `writer` may be one that fails."""

    reader: Reader
    writer: Writer
    sink: MemorySink = field(default_factory=MemorySink)
    now: datetime = NOW
    waited: float = 0.0
    verdicts: list[Verdict] = field(default_factory=list)
    """What the next new keys are found to be; works, when nothing is left."""

    def plan(self, *stacks: Stack, **asked: Any) -> Plan:
        live = read_account(self.reader, scope_of_stacks(stacks))
        live = with_last_use(self.reader, live, asks_last_use(stacks, live, self.now))
        return make_plan(stacks, live, Request(self.now, **asked))

    def carry_out(self, plan: Plan) -> tuple[Outcome, ...]:
        live = with_last_use(self.reader, read_account(self.reader, scope_of_plan(plan)), retired_by(plan))
        here = rename(live, renames_of(plan.changes))
        changes = tuple(replace(c, before=here.get(c.address)) for c in plan.changes)
        courier = self.courier(plan.account, marks_of(here))
        outcomes = tuple(apply(schedule(changes, live), changes, courier))
        return confirm(outcomes, lambda: read_account(self.reader, scope_of_plan(plan)), self.sleep)

    def courier(self, account: str, marks: dict[str, KeysMark]) -> Courier:
        desk = Desk(
            account,
            self.reader.default_domain(),
            f"run{next(RUNS):05}",
            {"mail": self.sink},
            new_password,
            lambda: self.now,
            self.sleep,
            lambda _id, _secret: self.verdicts.pop(0) if self.verdicts else Verdict.WORKS,
        )
        return Courier(Performer(self.writer, self.reader, self.sleep), desk, marks)

    def run(self, *stacks: Stack) -> tuple[Outcome, ...]:
        return self.carry_out(self.plan(*stacks))

    def sleep(self, seconds: float) -> None:
        self.waited += seconds


def new_password(source: str, name: str) -> Secret:
    return Secret(f"Aa1!{name}-{next(PASSWORDS):012}")


def told(outcomes: Sequence[Outcome]) -> dict[str, str]:
    return {str(o.change.address): o.status for o in outcomes}
