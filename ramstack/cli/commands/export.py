"""`ramstack export`."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ramstack.cli.exits import Exit
from ramstack.cli.options import Where, account_options
from ramstack.cli.world import World
from ramstack.model.errors import RamstackError

if TYPE_CHECKING:
    from ramstack.gateway.port import Reader
    from ramstack.model.account import Account
    from ramstack.model.address import Address
    from ramstack.stackfile.export import Export

KINDS = ("user", "group", "role", "policy")
SHOWN = 5


@click.command()
@click.argument("patterns", nargs=-1, metavar="ADDRESS...")
@click.option(
    "--stack",
    "name",
    default="exported",
    show_default=True,
    help="The stack's name; of one that exists, NAME or NAME.LINEAGE, all that it owns.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write to this file, or into this folder, instead of stdout. Never overwrites.",
)
@account_options
@click.pass_obj
def export(
    world: World, patterns: tuple[str, ...], name: str, *, out: Path | None, local: bool, endpoint: str
) -> Exit:
    """Write what is held as stack YAML whose plan is empty once it is adopted. Never writes to the account, never holds a secret.

    ADDRESS is such as user/alice, or a pattern such as 'user/media-*' or 'policy/*'. Without any: all that no stack owns.
    """
    from ramstack.cli.connection import open_account
    from ramstack.planning.reproduce import reproduced
    from ramstack.stackfile.export import export_stack

    file = _file(world, out, name)
    with open_account(world, Where(local, endpoint)) as gateway:
        live = read_everything(gateway.reader)
    stack, lineage, owner = owner_of(live, name)
    chosen = choose(live, patterns, owner)
    made = export_stack(live, chosen, stack, lineage)
    if differing := reproduced(made.stack, live, world.now()):
        shown = "; ".join(differing[:SHOWN])
        raise RamstackError(f"nothing was exported, because its plan would not be empty: {shown}")
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(made.text, encoding="utf-8")
    else:
        world.emit(made.text)
    _tell(world, made, owner, file)
    return Exit.DONE


def read_everything(reader: Reader) -> Account:
    """The whole account with every custom policy's document. Raises Denied where a part of it is not shown."""
    from ramstack.account.reader import read_account
    from ramstack.account.scope import Scope
    from ramstack.model.errors import Denied

    first = read_account(reader, Scope())
    names = {kind: frozenset(a.name for a, _ in first.roots() if a.kind == kind) for kind in KINDS}
    live = read_account(reader, Scope(users=names["user"], policies=names["policy"], roles=names["role"]))
    if live.unread:
        parts = "; ".join(f"{part.what} ({part.permission})" for part in live.unread)
        raise Denied("IncompleteRead", f"a part of the account could not be read: {parts}")
    return live


def owner_of(live: Account, name: str) -> tuple[str, str, str]:
    """Name, lineage and mark of the stack. The mark is empty for one that owns nothing yet. Raises UsageError."""
    from ramstack.model.limits import STACK_NAME

    owners = {root.owner for _, root in live.roots() if root.owner}
    found = sorted(owner for owner in owners if name in (owner, owner.partition(".")[0]))
    if len(found) > 1:
        raise click.UsageError(f"--stack {name}: there are {' and '.join(found)}; name one of them")
    if not found and not STACK_NAME.fullmatch(name):
        raise click.UsageError(f"--stack {name!r}: a stack is named with up to 40 of a-z, 0-9 and -")
    if not found:
        return name, secrets.token_hex(4), ""
    stack, _, lineage = found[0].partition(".")
    return stack, lineage, found[0]


def choose(live: Account, patterns: Iterable[str], owner: str) -> frozenset[Address]:
    """The roots that are to be exported: of one owner, that match a pattern. Raises RamstackError for a pattern that none does."""
    wanted = tuple(patterns)
    roots = [a for a, root in live.roots() if a.kind in KINDS and root.owner == owner]
    for pattern in wanted:
        if not any(fnmatchcase(str(root), pattern) for root in roots):
            whose = f"owned by {owner}" if owner else "without an owner"
            raise RamstackError(
                f"nothing {whose} is named {pattern!r}; write user/NAME, group/NAME, role/NAME, policy/NAME or a pattern"
            )
    chosen = (r for r in roots if not wanted or any(fnmatchcase(str(r), pattern) for pattern in wanted))
    return frozenset(chosen)


def _file(world: World, out: Path | None, name: str) -> Path | None:
    if out is None:
        return None
    file = world.cwd / (out if out.suffix in (".yaml", ".yml") else out / f"{name.partition('.')[0]}.yaml")
    if file.exists():
        raise RamstackError(f"{file} exists; nothing was written")
    return file


def _tell(world: World, made: Export, owner: str, file: Path | None) -> None:
    for root, why in made.left_out.items():
        world.say(f"left out: {root}: {why}")
    if file:
        world.say(f"wrote {file}")
    if not owner:
        world.say(
            "Next: take what is in it with ramstack adopt ADDRESS... --stack FILE; its plan is then empty."
        )
