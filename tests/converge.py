"""Plan and apply in one go, as the laws need it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from ramstack.account.applier import apply
from ramstack.account.performer import Performer
from ramstack.account.reader import read_account
from ramstack.account.scope import scope_of_stacks
from ramstack.model.change import Plan
from ramstack.model.outcome import Outcome
from ramstack.model.stack import Stack
from ramstack.planning.plan import Request, make_plan
from ramstack.planning.schedule import schedule
from tests.memory import MemoryGateway

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
REQUEST = Request(NOW)


def plan_of(stacks: Sequence[Stack], account: MemoryGateway, request: Request = REQUEST) -> Plan:
    return make_plan(stacks, read_account(account, scope_of_stacks(stacks)), request)


def carry_out(plan: Plan, stacks: Sequence[Stack], account: MemoryGateway) -> list[Outcome]:
    live = read_account(account, scope_of_stacks(stacks))
    return list(
        apply(schedule(plan.changes, live), plan.changes, Performer(account, account, sleep=lambda _: None))
    )
