"""`ramstack unlock`: break the lock that a run left."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ramstack.cli.exits import Exit
from ramstack.cli.options import Where, account_options, format_option, variables_options, yes_option
from ramstack.cli.world import World

if TYPE_CHECKING:
    from ramstack.account.breaking import Lock


@click.command()
@click.argument("names", nargs=-1, metavar="[STACK]...")
@click.option(
    "--stack",
    "paths",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Stack files or folders, as PATH of plan, instead of names.",
)
@yes_option
@format_option
@variables_options
@account_options
@click.pass_obj
def unlock(
    world: World,
    names: tuple[str, ...],
    paths: tuple[Path, ...],
    *,
    yes: bool,
    format_: str,
    variables: tuple[str, ...],
    variable_files: tuple[Path, ...],
    local: bool,
    endpoint: str,
) -> Exit:
    """Show who holds the lock of each stack, ask, and remove it.

    STACK is the name of a stack. Make sure first that its run is over: two at once may undo each other's work.
    """
    from ramstack.account.breaking import break_lock, find_locks
    from ramstack.cli.connection import open_account
    from ramstack.cli.flow import ask
    from ramstack.cli.inputs import stacks_of, variables_of
    from ramstack.views.json_text import json_text
    from ramstack.views.locks import locks_document

    asked = names if names and not paths else ()
    loaded = stacks_of(world, paths, variables_of(world, variables, variable_files)) if not asked else ()
    stacks = sorted({*names, *(stack.name for stack in loaded)})
    with open_account(world, Where(local, endpoint)) as gateway:
        locks = find_locks(gateway.reader, stacks)
        tell(world, stacks, locks)
        if locks and not yes:
            ask(world, "Remove this?")
        for lock in locks:
            break_lock(gateway.reader, gateway.writer(), lock)
    if format_ == "json":
        world.emit(json_text(locks_document(stacks, locks)))
    return Exit.DONE


def tell(world: World, stacks: Sequence[str], locks: Sequence[Lock]) -> None:
    """Who holds what; or that nothing is locked."""
    for lock in locks:
        what = "being taken over" if lock.is_marker else "locked"
        world.say(f"stack {lock.stack} is {what} by {lock.holder}")
    if not locks:
        world.say(f"not locked: {', '.join(stacks)}")
