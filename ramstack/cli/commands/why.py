"""`ramstack plan --why ADDRESS`: where each value comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ramstack.cli.exits import Exit
from ramstack.cli.options import Where
from ramstack.cli.world import World

if TYPE_CHECKING:
    from ramstack.model.stack import Stack


def refuse_with_why(format_: str, *makes: object) -> None:
    """Raises UsageError for what says how a plan is made: here none is."""
    if any(makes) or format_ not in ("text", "json"):
        raise click.UsageError("--why makes no plan: give it alone, with --format text or json")


def why(world: World, asked: Sequence[str], stacks: Sequence[Stack], format_: str, where: Where) -> Exit:
    """Reads as plan does, and says of each address what its values come from."""
    from ramstack.cli.connection import open_account
    from ramstack.cli.flow import read_for
    from ramstack.cli.inputs import addresses_of
    from ramstack.planning.why import reasons_of, unread_in
    from ramstack.views.json_text import json_text
    from ramstack.views.why_text import why_document, why_text

    addresses = addresses_of(asked)
    with open_account(world, where) as gateway:
        live = read_for(gateway.reader, stacks)
    found = [(str(one), reasons_of(stacks, live, world.now(), one)) for one in addresses]
    if format_ == "json":
        world.emit(json_text(why_document(found)))
    else:
        world.emit(why_text(found, **world.look(world.stdout)))
    unread = unread_in((reason for _, reasons in found for reason in reasons), live)
    for part in unread:
        world.say(
            f"error: {part.what} could not be read, so not all of this is known. Give the credentials {part.permission}."
        )
    return Exit.DENIED if unread else Exit.DONE
