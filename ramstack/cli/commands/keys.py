"""`ramstack keys`: who can log on or sign, since when, and when last."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ramstack.cli.exits import Exit
from ramstack.cli.options import Where, account_options, formats_option, paths_argument, variables_options
from ramstack.cli.world import World

if TYPE_CHECKING:
    from ramstack.model.inventory import Source


@click.command()
@paths_argument
@formats_option("text", "json", "csv")
@click.option("--max-age", metavar="DURATION", help="Exit 3 when an active key is older, such as 90d.")
@click.option(
    "--unused",
    metavar="DURATION",
    help="Exit 3 when an active key or logon was not used for so long, such as 180d.",
)
@click.option(
    "--source",
    type=click.Choice(["report", "users"]),
    help="The service's credential report, or calls for each user; the report where that is permitted.",
)
@variables_options
@account_options
@click.pass_obj
def keys(
    world: World,
    paths: tuple[Path, ...],
    format_: str,
    *,
    max_age: str | None,
    unused: str | None,
    source: Source | None,
    variables: tuple[str, ...],
    variable_files: tuple[Path, ...],
    local: bool,
    endpoint: str,
) -> Exit:
    """List every user's access keys and console logon: age, status, last use, MFA.

    With PATHS, stack files or folders, also when their users' keys are to be rotated. Changes nothing; has the service make
    its credential report, if it may.
    """
    from ramstack.account.inventory import take_inventory
    from ramstack.cli.connection import open_account
    from ramstack.cli.inputs import stacks_of, variables_of
    from ramstack.planning.hygiene import Limits, entries_of, rotations_of
    from ramstack.views.json_text import json_text
    from ramstack.views.keys_text import keys_csv, keys_document, keys_text

    limits = Limits(_span(max_age), _span(unused))
    stacks = stacks_of(world, paths, variables_of(world, variables, variable_files)) if paths else ()
    with open_account(world, Where(local, endpoint)) as gateway:
        inventory = take_inventory(gateway.reader, gateway.inventory, world.sleep, source)
    now = world.now()
    entries = entries_of(inventory.users, now, limits, rotations_of(stacks))
    match format_:
        case "json":
            world.emit(json_text(keys_document(inventory, entries, limits)))
        case "csv":
            world.emit(keys_csv(entries))
            for remark in inventory.remarks:
                world.say(remark)
        case _:
            world.emit(keys_text(inventory, entries, now, **world.look(world.stdout)))
    return Exit.REFUSED if any(entry.faults for entry in entries) else Exit.DONE


def _span(text: str | None) -> timedelta | None:
    from ramstack.cli.inputs import duration_of

    return None if text is None else duration_of(text)
