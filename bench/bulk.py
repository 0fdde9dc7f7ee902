"""ramstack itself, put together as the command line does it: load, read, plan, show, apply."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from bench.ideal import ideal_of
from bench.meter import Measured, Meter
from bench.server import LATENCY_MS, Access
from ramstack.account.applier import apply
from ramstack.account.performer import Performer
from ramstack.account.reader import read_account
from ramstack.account.scope import scope_of_stacks
from ramstack.cli.main import spare_collector
from ramstack.gateway.connection import Gateway, connect
from ramstack.gateway.credentials import fixed
from ramstack.model.account import Account
from ramstack.model.call import Batch
from ramstack.model.change import Plan
from ramstack.model.limits import Rates
from ramstack.planning.plan import Request, make_plan
from ramstack.planning.schedule import schedule
from ramstack.planning.timing import estimate
from ramstack.stackfile import load_stacks
from ramstack.views.plan_text import plan_text

WIDTH = 100


def plan_run(access: Access, path: Path, scale: float) -> Measured:
    """`ramstack plan`."""
    spare_collector()
    meter = Meter()
    with _connected(access, scale) as gateway:
        plan, _, _ = _planned(meter, gateway, path, Rates(scale))
    return meter.result(changes=len(plan.changes))


def apply_run(access: Access, path: Path, scale: float, latency_ms: float = LATENCY_MS) -> Measured:
    """`ramstack apply --yes`."""
    spare_collector()
    meter, rates = Meter(), Rates(scale)
    with _connected(access, scale) as gateway:
        plan, _, batches = _planned(meter, gateway, path, rates)
        with meter.phase("apply"):
            outcomes = list(apply(batches, plan.changes, Performer(gateway.writer(), gateway.reader)))
    ideal = ideal_of([step for batch in batches for step in batch.steps], rates, latency_ms / 1000)
    return meter.result(
        changes=len(plan.changes),
        not_done=sum(outcome.status != "done" for outcome in outcomes),
        batches=len(batches),
        ideal=ideal,
        by_phases=estimate(batches, rates),
    )


def _connected(access: Access, scale: float) -> AbstractContextManager[Gateway]:
    pair = fixed(access.key_id, access.secret)
    return connect(pair, endpoint=access.endpoint, rates=Rates(scale))


def _planned(
    meter: Meter, gateway: Gateway, path: Path, rates: Rates
) -> tuple[Plan, Account, Sequence[Batch]]:
    with meter.phase("load"):
        stacks = load_stacks([path])
    with meter.phase("read"):
        live = read_account(gateway.reader, scope_of_stacks(stacks))
    with meter.phase("plan"):
        plan = make_plan(stacks, live, Request(datetime.now(UTC)))
        batches = schedule(plan.changes, live)
    with meter.phase("render"):
        plan_text(plan, batches, estimate(batches, rates), color=False, width=WIDTH)
    if plan.errors or plan.rails:
        raise ValueError(f"the plan has problems: {[*plan.errors, *plan.rails][:3]}")
    return plan, live, batches
