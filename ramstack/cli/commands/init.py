"""`ramstack init`."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import click

from ramstack.cli.exits import Exit
from ramstack.cli.world import World


@click.command()
@click.argument("directory", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--stack", "name", default="", help="The stack's name; the folder's, if left out.")
@click.pass_obj
def init(world: World, directory: Path, name: str) -> Exit:
    """Write a first stack with a lineage id, its JSON Schema for editors, and CI recipes. Never overwrites a file."""
    from ramstack.model.errors import RamstackError
    from ramstack.model.limits import STACK_NAME
    from ramstack.stackfile import ci_recipes, first_stack, json_schema
    from ramstack.views.json_text import json_text

    folder = world.cwd / directory
    stack = name or _stack_name(folder.resolve().name)
    if not STACK_NAME.fullmatch(stack):
        raise click.UsageError(f"--stack {name!r}: a stack is named with up to 40 of a-z, 0-9 and -")
    files = {
        f"stacks/{stack}.yaml": first_stack(stack, secrets.token_hex(4)),
        "stack.schema.json": json_text(json_schema()),
        **ci_recipes(),
    }
    if there := [path for path in files if (folder / path).exists()]:
        raise RamstackError(f"{', '.join(there)} exists in {directory}; nothing was written")
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
        world.say(f"wrote {directory / path}")
    world.say(f"Next: edit {directory / 'stacks'}/{stack}.yaml, then: ramstack plan --local")
    return Exit.DONE


def _stack_name(folder: str) -> str:
    """A name that stacks may have, from one that folders may have."""
    return re.sub(r"[^a-z0-9]+", "-", folder.lower()).strip("-")[:40] or "main"
