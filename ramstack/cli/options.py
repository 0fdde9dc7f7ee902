"""Options that several commands share, and the values they become."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import click

from ramstack.cli.exits import Exit, exit_of
from ramstack.cli.world import World
from ramstack.model.errors import RamstackError

F = TypeVar("F", bound=Callable[..., Any])

paths_argument = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))


def formats_option(*formats: str, readers: str = "") -> Callable[[F], F]:
    """`--format`, the first by default; `readers` says for whom each is."""
    told = f"What stdout gets: for {readers}." if readers else "What stdout gets."
    choice = click.Choice(formats)
    return click.option("--format", "format_", type=choice, default=formats[0], show_default=True, help=told)


format_option = formats_option("text", "json")
yes_option = click.option("--yes", "-y", is_flag=True, help="Answer every question with yes.")
allow_option = click.option(
    "--allow",
    "allowed",
    multiple=True,
    metavar="RAIL[=N]",
    help="Lift one rail, or let up to N pass it: in-use, max-deletes, admin-grant and others. May be repeated.",
)
rails_option = click.option(
    "--rails",
    "rails",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file of limits that no stack can widen; also RAMSTACK_RAILS.",
)
sign_key_option = click.option(
    "--sign-key-env",
    default="",
    metavar="NAME",
    help="Sign the saved plan with the key in this environment variable, at least 16 bytes.",
)
verify_key_option = click.option(
    "--verify-key-env",
    default="",
    metavar="NAME",
    help="Refuse a saved plan that is not signed with the key in this environment variable.",
)
target_option = click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="ADDRESS",
    help="Only this address and what it needs. May be repeated.",
)

progress_option = click.option(
    "--progress",
    type=click.Choice(["auto", "json"]),
    default="auto",
    show_default=True,
    help="What stderr shows while calls leave: a bar or lines for people, or JSON lines.",
)
journal_option = click.option(
    "--journal-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where journals are kept, instead of .ramstack/journal.",
)

deadline_option = click.option(
    "--deadline",
    default="24h",
    show_default=True,
    help="Start nothing new after so long; what is left is named.",
)


@dataclass(frozen=True)
class Where:
    """Which account, as asked for on the command line."""

    local: bool = False
    endpoint: str = ""


def account_options(command: F) -> F:
    """`--local` and `--endpoint`."""
    local = click.option("--local", is_flag=True, help="Use the embedded account in .ramstack/local.db.")
    endpoint = click.option(
        "--endpoint", default="", metavar="URL", help="Send every product's calls to one base URL."
    )
    return local(endpoint(command))


def lock_options(command: F) -> F:
    """`--no-lock` and `--lock-ttl`."""
    none = click.option("--no-lock", is_flag=True, help="Do not keep other runs out.")
    ttl = click.option(
        "--lock-ttl", default="10m", show_default=True, help="A lock that is not renewed for so long is over."
    )
    return none(ttl(command))


def variables_options(command: F) -> F:
    """`--var` and `--var-file`."""
    var = click.option(
        "--var", "variables", multiple=True, metavar="NAME=VALUE", help="Replace ${NAME} in stacks."
    )
    file = click.option(
        "--var-file",
        "variable_files",
        multiple=True,
        type=click.Path(path_type=Path),
        help="A file of NAME=VALUE lines.",
    )
    return var(file(command))


@dataclass(frozen=True)
class Given:
    """What every command that writes can be told."""

    where: Where
    yes: bool
    format_: str
    allowed: tuple[str, ...]
    rails: Path | None
    variables: tuple[str, ...]
    variable_files: tuple[Path, ...]
    journal_dir: Path | None
    no_lock: bool
    lock_ttl: str
    deadline: str
    progress: str


def writing_options(command: Callable[..., Exit]) -> Callable[..., Exit]:
    """The options of every command that writes, handed to it as one `given`.

    With `--format json` stdout gets one document, also when the command ends before the first write.
    """

    @functools.wraps(command)
    def gather(world: World, *, local: bool, endpoint: str, **rest: Any) -> Exit:
        shared = {f.name: rest.pop(f.name) for f in fields(Given) if f.name in rest}
        given = Given(where=Where(local, endpoint), **shared)
        try:
            return command(world, given, **rest)
        except RamstackError as error:
            if given.format_ == "json":
                world.emit(failure_text(error))
            raise

    options = (
        yes_option,
        format_option,
        progress_option,
        allow_option,
        rails_option,
        lock_options,
        variables_options,
        journal_option,
        deadline_option,
    )
    for option in reversed((*options, account_options)):
        gather = option(gather)
    return gather


def failure_text(error: RamstackError) -> str:
    """The report of a run that ended before the first write."""
    from ramstack.views.json_text import json_text
    from ramstack.views.report import failure_document

    return json_text(failure_document(error, exit_of(error)))
