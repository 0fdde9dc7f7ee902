"""`ramstack undo`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ramstack.cli.exits import Exit
from ramstack.cli.options import Given, writing_options
from ramstack.cli.world import World

if TYPE_CHECKING:
    from ramstack.gateway.port import Reader
    from ramstack.model.account import Account
    from ramstack.model.run import Run

UNCHANGED = "Nothing to undo. What can go back to before that run is as it was."


@click.command()
@click.argument("run", default="last")
@click.pass_obj
@writing_options
def undo(world: World, given: Given, *, run: str) -> Exit:
    """Take the account back to before a run, and say what cannot come back.

    RUN is an id of `ramstack history`, the beginning of one, or `last`. What was changed since that run is left alone.
    """
    from ramstack.account.recyclebin import read_recycled
    from ramstack.account.runs import find_run, list_runs
    from ramstack.cli.connection import open_account
    from ramstack.cli.flow import Manner, carry_out, understand
    from ramstack.cli.inputs import request_of
    from ramstack.cli.workdir import journal_folder
    from ramstack.planning.undo import plan_undo

    past = find_run(list_runs(journal_folder(world.cwd, given.journal_dir)), run)
    manner = Manner(given, "Undo all of this?", again_of(world.argv, past), unchanged=UNCHANGED)
    with open_account(world, given.where) as gateway:
        live = read_for_undo(gateway.reader, past)
        request = request_of(world, allowed=given.allowed, rails=given.rails)
        undoing = plan_undo(past, live, request, read_recycled(gateway.reader, past, live))
        plan, live = understand(gateway.reader, undoing, live, request)
        return carry_out(world, gateway, plan, live, manner)


def again_of(argv: Sequence[str], run: Run) -> tuple[str, ...]:
    """The same command with the run's id: by now the last run is another one."""
    from ramstack.account.runs import LAST

    command, *words = argv
    named = any(run.id.startswith(word) for word in words)
    return tuple(argv) if named else (command, run.id, *(word for word in words if word != LAST))


def read_for_undo(reader: Reader, run: Run) -> Account:
    """The live account as far as the run needs it. Raises RamstackError when the run was in another one."""
    from ramstack.account.reader import read_account
    from ramstack.account.scope import scope_of_plan
    from ramstack.model.errors import RamstackError

    live = read_account(reader, scope_of_plan(run.plan, whole=True))
    if live.id != run.plan.account:
        raise RamstackError(
            f"run {run.id} was in account {run.plan.account}, and the credentials are of account {live.id}. Use the "
            "credentials of the right account"
        )
    return live
