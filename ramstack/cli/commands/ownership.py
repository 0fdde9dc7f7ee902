"""`ramstack adopt` and `ramstack release`: take or give up the owner mark of what exists, and nothing else.

Nothing is asked: the addresses on the command line are the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ramstack.cli.exits import Exit
from ramstack.cli.options import Where, account_options, format_option, journal_option, variables_options
from ramstack.cli.world import World

if TYPE_CHECKING:
    from ramstack.model.account import Account
    from ramstack.model.address import Address
    from ramstack.model.stack import Stack
    from ramstack.planning.adoption import Marks

    Marking = Callable[[Sequence[Stack], Account, Sequence[Address]], Marks]

F = TypeVar("F", bound=Callable[..., Any])


def _options(command: F) -> F:
    stack = click.option(
        "--stack",
        "paths",
        multiple=True,
        type=click.Path(path_type=Path),
        help="Stack files or folders, as PATH of plan.",
    )
    yes = click.option("--yes", "-y", is_flag=True, hidden=True)
    addresses = click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS...")
    return addresses(stack(yes(format_option(variables_options(journal_option(account_options(command)))))))


@click.command()
@_options
@click.pass_obj
def adopt(world: World, /, **given: Any) -> Exit:
    """Take the owner mark of what exists without one, so that the stack that declares it may change it.

    ADDRESS is such as user/alice, group/readers or policy/media-read.
    """
    from ramstack.planning.adoption import adoption

    return _mark(world, adoption, **given)


@click.command()
@_options
@click.pass_obj
def release(world: World, /, **given: Any) -> Exit:
    """Give up the owner mark: the object stays as it is, and no stack may change or delete it."""
    from ramstack.planning.adoption import release as releasing

    return _mark(world, releasing, **given)


def _mark(
    world: World,
    marking: Marking,
    addresses: tuple[str, ...],
    paths: tuple[Path, ...],
    format_: str,
    *,
    yes: bool,  # noqa: ARG001 - taken for the sake of scripts that give it to every command
    variables: tuple[str, ...],
    variable_files: tuple[Path, ...],
    journal_dir: Path | None,
    local: bool,
    endpoint: str,
) -> Exit:
    from ramstack.cli.connection import open_account
    from ramstack.cli.flow import Manner, carry_out, read_for
    from ramstack.cli.inputs import request_of, roots_of, stacks_of, variables_of
    from ramstack.planning.plan import plan_marks

    roots = roots_of(addresses)
    stacks = stacks_of(world, paths, variables_of(world, variables, variable_files))
    with open_account(world, Where(local, endpoint)) as gateway:
        live = read_for(gateway.reader, stacks)
        plan = plan_marks(stacks, live, marking(stacks, live, roots), request_of(world))
        return carry_out(
            world, gateway, plan, live, Manner(yes=True, format_=format_, journal_dir=journal_dir)
        )
