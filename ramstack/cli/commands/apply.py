"""`ramstack apply` and `ramstack destroy`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from ramstack.cli.exits import Exit
from ramstack.cli.options import (
    Where,
    account_options,
    allow_option,
    format_option,
    journal_option,
    paths_argument,
    target_option,
    variables_options,
    yes_option,
)
from ramstack.cli.world import World


@click.command()
@paths_argument
@yes_option
@format_option
@target_option
@allow_option
@variables_options
@journal_option
@account_options
@click.pass_obj
def apply(
    world: World,
    paths: tuple[Path, ...],
    *,
    yes: bool,
    format_: str,
    targets: tuple[str, ...],
    allowed: tuple[str, ...],
    variables: tuple[str, ...],
    variable_files: tuple[Path, ...],
    journal_dir: Path | None,
    local: bool,
    endpoint: str,
) -> Exit:
    """Plan (or take a saved plan), ask, and do exactly that.

    PATHS are stack files or folders, or one plan file that `plan --out` wrote.
    """
    from ramstack.cli.connection import open_account
    from ramstack.cli.flow import Manner, carry_out, make, must_be_able_to_ask, take_saved
    from ramstack.cli.inputs import request_of, saved_plan_of, stacks_of, variables_of

    saved = saved_plan_of(world, paths)
    manner = Manner(yes, format_, saved=saved is not None, journal_dir=journal_dir)
    must_be_able_to_ask(world, manner)
    request = request_of(world, targets, allowed)
    stacks = () if saved else stacks_of(world, paths, variables_of(world, variables, variable_files))
    with open_account(world, Where(local, endpoint)) as gateway:
        plan, live = (
            take_saved(gateway.reader, saved, request) if saved else make(gateway.reader, stacks, request)
        )
        return carry_out(world, gateway, plan, live, manner)


@click.command()
@paths_argument
@yes_option
@format_option
@allow_option
@variables_options
@journal_option
@account_options
@click.pass_obj
def destroy(
    world: World,
    paths: tuple[Path, ...],
    *,
    yes: bool,
    format_: str,
    allowed: tuple[str, ...],
    variables: tuple[str, ...],
    variable_files: tuple[Path, ...],
    journal_dir: Path | None,
    local: bool,
    endpoint: str,
) -> Exit:
    """Remove all that the stacks own, and nothing else."""
    from ramstack.cli.connection import open_account
    from ramstack.cli.flow import Manner, carry_out, make, must_be_able_to_ask
    from ramstack.cli.inputs import request_of, stacks_of, variables_of

    manner = Manner(
        yes, format_, question="Destroy all of this?", again="ramstack destroy", journal_dir=journal_dir
    )
    must_be_able_to_ask(world, manner)
    stacks = stacks_of(world, paths, variables_of(world, variables, variable_files))
    nothing = tuple(replace(stack, users={}, groups={}, policies={}) for stack in stacks)
    with open_account(world, Where(local, endpoint)) as gateway:
        plan, live = make(gateway.reader, nothing, request_of(world, allowed=allowed))
        return carry_out(world, gateway, plan, live, manner)
