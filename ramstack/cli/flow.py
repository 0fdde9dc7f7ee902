"""The road of every command that writes: show, refuse or ask, look again, write, report.

plan ─► show ─► rails? errors? ─► ask ─► lock ─► read again, compare ─► write ─► report ─► exit code
"""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import click

from ramstack.cli.connection import rates_of
from ramstack.cli.exits import Exit
from ramstack.cli.options import Given
from ramstack.cli.signals import Stop
from ramstack.cli.world import World
from ramstack.model.change import Plan
from ramstack.model.errors import Denied, ExpiredPlan, RamstackError, StalePlan

if TYPE_CHECKING:
    from ramstack.cli.proving import Keyring
    from ramstack.gateway.connection import Gateway
    from ramstack.gateway.port import Reader
    from ramstack.model.account import Account
    from ramstack.model.address import Address
    from ramstack.model.call import Batch
    from ramstack.model.proof import Proof
    from ramstack.model.run import Run
    from ramstack.model.stack import Stack
    from ramstack.planning.plan import Request
    from ramstack.views.report import Report


@dataclass(frozen=True)
class Manner:
    """What a person gave, and the words of the command: its question, what to say when nothing changes, and how to go on,
    where that is not the same command again.
    """

    given: Given
    question: str = "Apply this plan?"
    again: tuple[str, ...] = ()
    is_saved: bool = False
    unchanged: str = ""
    keyring: Keyring | None = None
    to_stdout: tuple[str, ...] = ()
    run_id: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def proofs(self) -> tuple[Proof, ...]:
        """What became of the keys that were delivered, where they were to be tried."""
        return self.keyring.proofs if self.keyring else ()


def read_for(
    reader: Reader, stacks: Sequence[Stack], targets: Sequence[Address] = (), *, whole: bool = False
) -> Account:
    """The live account as far as these stacks and targets need it, or all of it for questions about anybody. Raises RamstackError when a stack's guard names another one."""
    from ramstack.account.reader import read_account
    from ramstack.account.scope import scope_of_stacks

    live = read_account(reader, scope_of_stacks(stacks, targets, whole=whole))
    for stack in stacks:
        if stack.account and stack.account != live.id:
            raise RamstackError(
                f"stack {stack.name} is for account {stack.account} ({stack.origin}), and the credentials are of account "
                f"{live.id}. Use the credentials of the right account"
            )
    return live


def make(
    reader: Reader, stacks: Sequence[Stack], request: Request, runs: Sequence[Run] = ()
) -> tuple[Plan, Account]:
    """Read, plan, and say what the plan means, and what moved since these runs."""
    from ramstack.account.credentials import with_last_use
    from ramstack.account.recyclebin import with_recycled
    from ramstack.planning.drift import find_drift
    from ramstack.planning.plan import asks_last_use, make_plan, new_users
    from ramstack.planning.rename import under_both_names

    request = replace(request, targets=under_both_names(stacks, request.targets))
    live = read_for(reader, stacks, request.targets)
    live = with_last_use(reader, live, asks_last_use(stacks, live, request.at))
    live = with_recycled(reader, live, new_users(stacks, live))
    drift = find_drift(runs, live, stacks, request.targets)
    made = replace(make_plan(stacks, live, request), drift=drift)
    return understand(reader, made, live, request, stacks)


def understand(
    reader: Reader, plan: Plan, live: Account, request: Request, stacks: Sequence[Stack] = ()
) -> tuple[Plan, Account]:
    """The plan with what it means and every rail that stands against it.

    Documents are read where a grant changes, each once; without changes none.
    """
    from ramstack.account.documents import with_documents
    from ramstack.planning.expects import failures, needs_of
    from ramstack.planning.holdings import planned
    from ramstack.planning.outlook import Outlook
    from ramstack.planning.permissions import understood
    from ramstack.planning.standing import Case, limits_of, loosened, standing

    outlook = Outlook.of(plan, live)
    known = with_documents(reader, live, outlook.needs | needs_of(stacks, outlook.after))
    told = understood(plan, known)
    owners = frozenset(stack.owner for stack in stacks)
    case = Case(told, known, limits_of(stacks, request.floor), owners)
    rails = (*plan.rails, *standing(case, request.allowed), *failures(stacks, planned(plan, known)))
    problems = (*plan.problems, *loosened(stacks, request.floor))
    return replace(told, rails=rails, problems=problems, reads=known.reads), known


def refusal(plan: Plan) -> Exit | None:
    """Why a plan may not be applied, as an exit code; None when nothing stands against it."""
    if not plan.complete:
        return Exit.DENIED
    if plan.errors:
        return Exit.ERROR
    return Exit.REFUSED if plan.rails else None


def show(
    world: World,
    plan: Plan,
    batches: Sequence[Batch],
    *,
    to_stdout: bool,
    unchanged: str = "",
) -> None:
    """The plan as text, on stdout when it is the document asked for, else on stderr."""
    from ramstack.planning.timing import estimate
    from ramstack.views.plan_text import plan_text

    stream = world.stdout if to_stdout else world.stderr
    seconds = estimate(batches, rates_of(world))
    text = plan_text(plan, batches, seconds, **world.look(stream), unchanged=unchanged)
    stream.write(text if text.endswith("\n") else text + "\n")
    stream.flush()


def carry_out(world: World, gateway: Gateway, plan: Plan, live: Account, manner: Manner) -> Exit:
    """Everything after the plan is made. The exit code is the reason before the first write, 0 or 5 after it."""
    from ramstack.cli.writing import write
    from ramstack.planning.planfile import plan_document
    from ramstack.planning.schedule import schedule
    from ramstack.views.report import summarize

    batches = schedule(plan.changes, live)
    document = plan_document(plan, batches, rates_of(world))
    show(world, plan, batches, to_stdout=manner.given.format_ == "text", unchanged=manner.unchanged)
    tell = partial(summarize, plan, run_id=manner.run_id, digest=str(document["digest"]))
    code = refusal(plan)
    if code is not None or plan.is_empty:
        return report(world, tell((), reason=code or Exit.DONE), manner)
    if not manner.given.yes:
        ask(world, manner.question)
    with Stop(world) as stop:
        outcomes = write(world, gateway, plan, document, manner, stop)
        return report(world, tell(outcomes, proofs=manner.proofs), manner)


def ask(world: World, question: str) -> None:
    """Raises Abort unless a person says yes. Without a terminal there is never a prompt, but a UsageError."""
    if not world.can_ask:
        raise click.UsageError("there is no terminal to ask on; review the plan and give --yes")
    world.stderr.write(f"{question} Only 'yes' is taken as yes: ")
    world.stderr.flush()
    if world.stdin.readline().strip().lower() != "yes":
        raise click.Abort


def look_again(reader: Reader, plan: Plan, *, whole: bool = False) -> Account:
    """The account as it is now. Raises StalePlan when anything that the plan touches moved."""
    from ramstack.planning.movement import movements

    live = read_for_plan(reader, plan, whole=whole)
    if found := movements(plan, live):
        raise StalePlan([str(one) for one in found])
    return live


def read_for_plan(reader: Reader, plan: Plan, *, whole: bool = False) -> Account:
    """All that a plan was computed from, as it is now; the whole account where limits ask about everybody.

    Raises StalePlan when it is another account, Denied when a part cannot be seen: what is unseen did not vanish.
    """
    from ramstack.account.credentials import with_last_use
    from ramstack.account.reader import read_account
    from ramstack.account.scope import retired_by, scope_of_plan
    from ramstack.planning.blindspots import blind_spots

    live = with_last_use(reader, read_account(reader, scope_of_plan(plan, whole=whole)), retired_by(plan))
    if live.id != plan.account:
        raise StalePlan([f"the plan is for account {plan.account}, the credentials are of {live.id}"])
    if blind := [problem.detail for problem in blind_spots((), plan.changes, live)]:
        raise Denied("IncompleteRead", " ".join(blind))
    return live


def report(world: World, told: Report, manner: Manner) -> Exit:
    """Say what became of it: one JSON document, or text when anything was tried."""
    from ramstack.views.json_text import json_text
    from ramstack.views.proof_text import proof_document, proof_text
    from ramstack.views.report import report_document
    from ramstack.views.report_text import report_text

    ring = manner.keyring if told.proofs else None
    if manner.given.format_ == "json":
        tried = proof_document(told.proofs, (), ring.remarks, region=ring.trial.region) if ring else None
        world.emit(json_text(report_document(told) | ({"proofs": tried} if tried else {})))
    elif told.outcomes:
        again = shlex.join(("ramstack", *(manner.again or world.argv)))
        world.emit(report_text(told, **world.look(world.stdout), again=again, needs_plan=manner.is_saved))
        if ring:
            look = world.look(world.stdout)
            world.emit(proof_text(told.proofs, (), ring.remarks, region=ring.trial.region, **look))
    return Exit(told.exit_code)


def take_saved(reader: Reader, plan: Plan, request: Request) -> tuple[Plan, Account]:
    """A saved plan with the rails that stand now, and the account as it is. Raises StalePlan when the plan expired or the
    account moved.
    """
    from ramstack.account.documents import with_documents
    from ramstack.model.moment import stamp
    from ramstack.model.rails import NO_LIMITS
    from ramstack.planning.outlook import Outlook
    from ramstack.planning.standing import Case, owners_in, standing_again

    if plan.has_expired(stamp(request.at)):
        raise ExpiredPlan([f"it expired at {plan.expires_at}"])
    live = look_again(reader, plan, whole=request.floor != NO_LIMITS)
    asks = Outlook.of(plan, live).needs if request.floor.min_admins is not None else ()
    case = Case(plan, with_documents(reader, live, asks), request.floor, owners_in(plan))
    return replace(plan, rails=standing_again(case, live.caller, request.allowed)), live
