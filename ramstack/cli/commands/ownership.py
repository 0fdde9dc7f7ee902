"""`ramstack adopt` and `ramstack release`: take or give up the owner mark of what exists, and nothing else.

Nothing is asked: the addresses on the command line are the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ramstack.cli.exits import Exit
from ramstack.cli.options import Given, writing_options
from ramstack.cli.world import World

if TYPE_CHECKING:
    from ramstack.model.account import Account
    from ramstack.model.address import Address
    from ramstack.model.stack import Stack
    from ramstack.planning.adoption import Marks

    Marking = Callable[[Sequence[Stack], Account, Sequence[Address]], Marks]

addresses_argument = click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS...")
stack_option = click.option(
    "--stack",
    "paths",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Stack files or folders, as PATHS of plan.",
)


@click.command()
@addresses_argument
@stack_option
@click.pass_obj
@writing_options
def adopt(world: World, given: Given, *, addresses: tuple[str, ...], paths: tuple[Path, ...]) -> Exit:
    """Take the owner mark of what exists without one, so that the stack that declares it may change it.

    ADDRESS is such as user/alice, group/readers or policy/media-read.
    """
    from ramstack.planning.adoption import adoption

    return _mark(world, given, adoption, addresses, paths)


@click.command()
@addresses_argument
@stack_option
@click.pass_obj
@writing_options
def release(world: World, given: Given, *, addresses: tuple[str, ...], paths: tuple[Path, ...]) -> Exit:
    """Give up the owner mark: the object stays as it is, and no stack may change or delete it."""
    from ramstack.planning.adoption import release as releasing

    return _mark(world, given, releasing, addresses, paths)


def _mark(
    world: World, given: Given, marking: Marking, addresses: tuple[str, ...], paths: tuple[Path, ...]
) -> Exit:
    from ramstack.cli.connection import open_account
    from ramstack.cli.flow import Manner, carry_out, read_for, understand
    from ramstack.cli.inputs import request_of, roots_of, stacks_given
    from ramstack.planning.plan import plan_marks

    roots = roots_of(addresses)
    stacks = stacks_given(world, paths, given)
    with open_account(world, given.where) as gateway:
        live = read_for(gateway.reader, stacks)
        request = request_of(world, allowed=given.allowed, rails=given.rails)
        marks = plan_marks(stacks, live, marking(stacks, live, roots), request)
        plan, live = understand(gateway.reader, marks, live, request)
        manner = Manner(replace(given, yes=True), unchanged="Nothing to do. The marks are as asked for.")
        return carry_out(world, gateway, plan, live, manner)
