"""Options that several commands share, and the values they become."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

paths_argument = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What stdout gets.",
)
yes_option = click.option("--yes", "-y", is_flag=True, help="Answer every question with yes.")
allow_option = click.option(
    "--allow",
    "allowed",
    multiple=True,
    metavar="RAIL[=N]",
    help="Lift one rail (in-use, takeover). May be repeated.",
)
target_option = click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="ADDRESS",
    help="Only this address and what it needs. May be repeated.",
)

journal_option = click.option(
    "--journal-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where journals are kept, instead of .ramstack/journal.",
)


@dataclass(frozen=True)
class Where:
    """Which account, as asked for on the command line."""

    local: bool = False
    endpoint: str = ""


def account_options(command: F) -> F:
    """`--local` and `--endpoint`, handed to the command as `where`."""
    local = click.option("--local", is_flag=True, help="Use the embedded account in .ramstack/local.db.")
    endpoint = click.option(
        "--endpoint", default="", metavar="URL", help="Send every product's calls to one base URL."
    )
    return local(endpoint(command))


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
