"""Writing: under a lock, with a journal, in the account as it is now; and what became of it, as reading shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ramstack.cli.delivering import ready
from ramstack.cli.flow import Manner, look_again
from ramstack.cli.inputs import duration_of, lock_ttl_of
from ramstack.cli.locking import locked
from ramstack.cli.signals import Stop
from ramstack.cli.world import World
from ramstack.model.change import Plan
from ramstack.model.errors import GatewayError
from ramstack.model.outcome import Fault

if TYPE_CHECKING:
    from ramstack.account.delivery import Desk
    from ramstack.account.journal import Journal
    from ramstack.gateway.connection import Gateway
    from ramstack.gateway.port import Reader
    from ramstack.model.account import Account
    from ramstack.model.outcome import Outcome
    from ramstack.views.progress import Meter


LOCK_LOST = Fault(
    "LockLost", "the lock could not be kept, so another run may write by now: nothing new was started"
)
OUT_OF_TIME = Fault("DeadlinePassed", "the run's deadline passed before this change")
JOURNAL_FAILED = Fault(
    "JournalNotWritten", "the journal could not be written any more: nothing new was started"
)


def write(
    world: World,
    gateway: Gateway,
    plan: Plan,
    document: Mapping[str, object],
    manner: Manner,
    stop: Stop,
) -> tuple[Outcome, ...]:
    """The outcome of each change. Raises Locked or StalePlan before the first write."""
    from ramstack.account.applier import INTERRUPTED
    from ramstack.views.report import summarize

    until = world.now() + duration_of(manner.given.deadline)
    ttl = lock_ttl_of(manner.given.lock_ttl, no_lock=manner.given.no_lock)
    desk = ready(world, gateway, plan, manner)
    with locked(world, gateway, plan, manner.run_id, ttl) as is_lost:
        live = look_again(gateway.reader, plan)
        now = refreshed(plan, live)
        with begin_journal(world, manner, now, document, live) as journal:
            stop.begin()

            def stopped() -> Fault | None:
                reasons = {
                    INTERRUPTED: stop.is_set(),
                    JOURNAL_FAILED: journal.has_failed,
                    LOCK_LOST: is_lost(),
                    OUT_OF_TIME: world.now() > until,
                }
                return next((why for why, holds in reasons.items() if holds), None)

            outcomes = perform(
                world, gateway, now, live, journal, desk, stopped, as_json=manner.given.progress == "json"
            )
            if manner.keyring and stopped():
                manner.keyring.drop()
            elif manner.keyring:
                manner.keyring.prove(world, gateway)
            told = summarize(plan, outcomes, run_id="", digest="", proofs=manner.proofs)
            journal.end(told.exit_code)
    return outcomes


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

    folder = journal_folder(world.cwd, manner.given.journal_dir)
    if manner.given.journal_dir is None:
        workdir(world.cwd)
    header = header_of(plan, document, live, run_id=manner.run_id, pipeline_url=pipeline_url(world.environ))
    return open_journal(folder, header, plan.stacks, world.now)


def perform(
    world: World,
    gateway: Gateway,
    plan: Plan,
    live: Account,
    journal: Journal,
    desk: Desk,
    stopped: Callable[[], Fault | None],
    *,
    as_json: bool = False,
) -> tuple[Outcome, ...]:
    """Write, showing progress, and read back what was written.

    A first Ctrl-C, a lost lock, a journal that cannot be written or the deadline lets the calls in flight finish, and
    starts nothing new.
    """
    from ramstack.account.applier import apply
    from ramstack.account.delivery import Courier, marks_of
    from ramstack.account.journal import JournalingWriter, steps_by_call
    from ramstack.account.performer import Performer
    from ramstack.planning.rename import rename, renames_of
    from ramstack.planning.schedule import schedule
    from ramstack.views.progress import watched, watcher_on

    batches = schedule(plan.changes, live)
    writer = JournalingWriter(gateway.writer(), journal, steps_by_call(batches))
    marks = marks_of(rename(live, renames_of(plan.changes)))
    courier = Courier(Performer(writer, gateway.reader, world.sleep, world.clock), desk, marks)
    watcher = watcher_on(world.stderr, meter_of(world, gateway), as_json=as_json, **world.look(world.stderr))
    outcomes = tuple(watched(watcher, batches, apply(batches, plan.changes, courier, stopped)))
    if not stopped():
        outcomes = read_back(world, gateway.reader, plan, outcomes)
    for outcome in outcomes:
        journal.outcome(outcome)
    if journal.has_failed:
        world.say(
            f"error: The journal could not be written to the end: {journal.failure}. Nothing new was started."
        )
    return outcomes


def meter_of(world: World, gateway: Gateway) -> Meter:
    """Measures from now on."""
    from ramstack.views.progress import Reading

    started, calls, throttled = world.clock(), gateway.calls().total(), gateway.throttled()
    return lambda: Reading(
        world.clock() - started, gateway.calls().total() - calls, gateway.throttled() - throttled
    )


def read_back(world: World, reader: Reader, plan: Plan, outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """The outcomes as far as reading confirms them; when reading fails, as they are, and that is said."""
    from ramstack.account.confirm import confirm
    from ramstack.account.reader import read_account
    from ramstack.account.scope import scope_of_plan

    try:
        return confirm(outcomes, lambda: read_account(reader, scope_of_plan(plan)), world.sleep)
    except GatewayError as error:
        world.say(f"warning: what was written could not be read back: {error}")
        return outcomes
