"""The road of every command that writes: show, refuse or ask, look again, write, report.

plan ─► show ─► rails? errors? ─► ask ─► read again, compare ─► batches ─► outcomes ─► report ─► exit code
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ramstack.cli.connection import rates_of
from ramstack.cli.exits import Exit
from ramstack.cli.signals import Stop
from ramstack.cli.world import World
from ramstack.model.change import Plan
from ramstack.model.errors import GatewayError, RamstackError, StalePlan

if TYPE_CHECKING:
    from ramstack.account.journal import Journal
    from ramstack.gateway.connection import Gateway
    from ramstack.gateway.port import Reader
    from ramstack.model.account import Account
    from ramstack.model.call import Batch
    from ramstack.model.outcome import Outcome
    from ramstack.model.stack import Stack
    from ramstack.planning.plan import Request
    from ramstack.views.report import Report


@dataclass(frozen=True)
class Manner:
    """How a person wants it: ask or not, and what stdout gets. `saved`: the plan was made by an earlier command."""

    yes: bool
    format_: str
    saved: bool = False
    question: str = "Apply this plan?"
    again: str = "ramstack apply"
    unchanged: str = ""
    journal_dir: Path | None = None
    run_id: str = field(default_factory=lambda: secrets.token_hex(8))


def read_for(reader: Reader, stacks: Sequence[Stack]) -> Account:
    """The live account as far as these stacks need it. Raises RamstackError when a stack's guard names another one."""
    from ramstack.account.reader import read_account
    from ramstack.account.scope import scope_of_stacks

    live = read_account(reader, scope_of_stacks(stacks))
    for stack in stacks:
        if stack.account and stack.account != live.id:
            raise RamstackError(
                f"stack {stack.name} is for account {stack.account} ({stack.origin}), and the credentials are of account "
                f"{live.id}. Use the credentials of the right account"
            )
    return live


def make(reader: Reader, stacks: Sequence[Stack], request: Request) -> tuple[Plan, Account]:
    """Read, and plan."""
    from ramstack.planning.plan import make_plan

    live = read_for(reader, stacks)
    return make_plan(stacks, live, request), live


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
    calls: bool = False,
    unchanged: str = "",
) -> None:
    """The plan as text, on stdout when it is the document asked for, else on stderr."""
    from ramstack.planning.timing import estimate
    from ramstack.views.plan_text import plan_text

    stream = world.stdout if to_stdout else world.stderr
    seconds = estimate(batches, rates_of(world))
    text = plan_text(plan, batches, seconds, **world.look(stream), calls=calls, unchanged=unchanged)
    stream.write(text if text.endswith("\n") else text + "\n")
    stream.flush()


def carry_out(world: World, gateway: Gateway, plan: Plan, live: Account, manner: Manner) -> Exit:
    """Everything after the plan is made. The exit code is the reason before the first write, 0 or 5 after it."""
    from ramstack.planning.planfile import plan_document
    from ramstack.planning.schedule import schedule
    from ramstack.views.report import summarize

    batches = schedule(plan.changes, live)
    document = plan_document(plan, batches, rates_of(world))
    show(world, plan, batches, to_stdout=manner.format_ == "text", unchanged=manner.unchanged)
    tell = partial(summarize, plan, run_id=manner.run_id, digest=str(document["digest"]))
    code = refusal(plan)
    if code is not None or plan.is_empty:
        return report(world, tell((), reason=code or Exit.DONE), manner)
    if not manner.yes:
        ask(world, manner.question)
    if manner.saved or not manner.yes:
        live = look_again(gateway.reader, plan)
    plan = refreshed(plan, live)
    with begin_journal(world, manner, plan, document, live) as journal:
        told = tell(perform(world, gateway, plan, live, journal))
        journal.end(told.exit_code)
    return report(world, told, manner)


def ask(world: World, question: str) -> None:
    """Raises Abort unless a person says yes. Never reached without a terminal: see `must_be_able_to_ask`."""
    world.stderr.write(f"{question} Only 'yes' is taken as yes: ")
    world.stderr.flush()
    if world.stdin.readline().strip().lower() != "yes":
        raise click.Abort


def must_be_able_to_ask(world: World, manner: Manner) -> None:
    """Without a terminal there is never a prompt: say which flag is missing before anything is called."""
    if not manner.yes and not world.can_ask:
        raise click.UsageError("there is no terminal to ask on; review the plan and give --yes")


def look_again(reader: Reader, plan: Plan) -> Account:
    """The account as it is now. Raises StalePlan when anything that the plan touches moved."""
    from ramstack.account.reader import read_account
    from ramstack.account.scope import scope_of_plan
    from ramstack.planning.fingerprint import fingerprints, moved

    live = read_account(reader, scope_of_plan(plan))
    if live.id != plan.account:
        raise StalePlan([f"the plan is for account {plan.account}, the credentials are of {live.id}"])
    if differences := moved(plan.fingerprints, fingerprints(live, plan.changes)):
        raise StalePlan(differences)
    return live


def refreshed(plan: Plan, live: Account) -> Plan:
    """The same changes with the facts that a plan file does not carry (such as which policy versions there are)."""
    from ramstack.planning.rename import rename, renames_of

    here = rename(live, renames_of(plan.changes))
    return replace(plan, changes=tuple(replace(c, before=here.get(c.address)) for c in plan.changes))


def begin_journal(
    world: World, manner: Manner, plan: Plan, document: Mapping[str, object], live: Account
) -> Journal:
    """The journal of this run, its first line on the disk. Raises RamstackError: nothing is written without one."""
    from ramstack.account.journal import header_of, open_journal
    from ramstack.cli.pipeline import pipeline_url
    from ramstack.cli.workdir import journal_folder, workdir

    folder = journal_folder(world.cwd, manner.journal_dir)
    if manner.journal_dir is None:
        workdir(world.cwd)
    header = header_of(plan, document, live, run_id=manner.run_id, pipeline_url=pipeline_url(world.environ))
    return open_journal(folder, header, plan.stacks, world.now)


def perform(
    world: World, gateway: Gateway, plan: Plan, live: Account, journal: Journal
) -> tuple[Outcome, ...]:
    """Write, showing progress, and read back what was written. A first Ctrl-C lets the calls in flight finish."""
    from ramstack.account.applier import apply
    from ramstack.account.journal import JournalingWriter, steps_by_call
    from ramstack.account.performer import Performer
    from ramstack.planning.schedule import schedule
    from ramstack.views.progress import watched, watcher_on

    batches = schedule(plan.changes, live)
    writer = JournalingWriter(gateway.writer(), journal, steps_by_call(batches))
    watcher = watcher_on(world.stderr, **world.look(world.stderr))
    with Stop(world) as stop:

        def stopped() -> bool:
            return stop.is_set() or journal.has_failed

        course = apply(batches, plan.changes, Performer(writer, gateway.reader), stopped)
        outcomes = tuple(watched(watcher, batches, course))
        if not stopped():
            outcomes = read_back(world, gateway.reader, plan, outcomes)
    for outcome in outcomes:
        journal.outcome(outcome)
    if journal.has_failed:
        world.say(
            f"error: The journal could not be written to the end: {journal.failure}. Nothing new was started."
        )
    return outcomes


def read_back(world: World, reader: Reader, plan: Plan, outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """The outcomes as far as reading confirms them; when reading fails, as they are, and that is said."""
    from ramstack.account.confirm import confirm
    from ramstack.account.reader import read_account
    from ramstack.account.scope import scope_of_plan

    try:
        return confirm(outcomes, lambda: read_account(reader, scope_of_plan(plan)), time.sleep)
    except GatewayError as error:
        world.say(f"warning: what was written could not be read back: {error}")
        return outcomes


def report(world: World, told: Report, manner: Manner) -> Exit:
    """Say what became of it: one JSON document, or text when anything was tried."""
    from ramstack.views.json_text import json_text
    from ramstack.views.report import report_document
    from ramstack.views.report_text import report_text

    if manner.format_ == "json":
        world.emit(json_text(report_document(told)))
    elif told.outcomes:
        world.emit(report_text(told, **world.look(world.stdout), again=manner.again))
    return Exit(told.exit_code)


def take_saved(reader: Reader, plan: Plan, request: Request) -> tuple[Plan, Account]:
    """A saved plan and the account as it is now. Raises StalePlan when the plan expired or the account moved."""
    from ramstack.planning.plan import stamp

    if stamp(request.at) >= plan.expires_at:
        raise StalePlan([f"the plan expired at {plan.expires_at}"])
    return plan, look_again(reader, plan)
