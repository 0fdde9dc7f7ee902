"""`ramstack apply` and `ramstack destroy`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from ramstack.cli.exits import Exit
from ramstack.cli.options import Given, paths_argument, target_option, verify_key_option, writing_options
from ramstack.cli.world import World


@click.command()
@paths_argument
@target_option
@verify_key_option
@click.option("--verify", is_flag=True, help="Try each key that was delivered, as ramstack verify does.")
@click.option(
    "--region", default="", help="Where --verify asks IMS; ALIBABA_CLOUD_REGION_ID, else cn-shanghai."
)
@click.option(
    "--wait", default="30s", show_default=True, help="How long --verify waits for what takes effect late."
)
@click.option(
    "--deliver-to-stdout",
    "to_stdout",
    multiple=True,
    metavar="SINK",
    help="Show what would go to this sink, a line of JSON each. May be repeated.",
)
@click.pass_obj
@writing_options
def apply(
    world: World,
    given: Given,
    *,
    paths: tuple[Path, ...],
    targets: tuple[str, ...],
    to_stdout: tuple[str, ...],
    verify: bool,
    region: str,
    wait: str,
    verify_key_env: str,
) -> Exit:
    """Plan (or take a saved plan), ask, and do exactly that.

    PATHS are stack files or folders, or one plan file that `plan --out` wrote.
    """
    from ramstack.cli.connection import open_account
    from ramstack.cli.flow import Manner, carry_out, make, take_saved
    from ramstack.cli.inputs import key_of, request_of, runs_of, saved_plan_of, stacks_given
    from ramstack.cli.proving import keyring_of, trial_of

    saved = saved_plan_of(world, paths, key_of(world, verify_key_env))
    if saved and (targets or given.variables or given.variable_files):
        raise click.UsageError("a saved plan is applied as it is: give --target and --var to plan --out")
    if to_stdout and given.format_ == "json":
        raise click.UsageError(
            "--deliver-to-stdout and --format json exclude each other: stdout takes one of them"
        )
    request = request_of(world, targets, given.allowed, rails=given.rails)
    trial = replace(trial_of(world, (), region, wait), is_fresh=True)
    stacks = () if saved else stacks_given(world, paths, given)
    runs = () if saved else runs_of(world, given.journal_dir)
    with open_account(world, given.where) as gateway:
        plan, live = (
            take_saved(gateway.reader, saved, request)
            if saved
            else make(gateway.reader, stacks, request, runs)
        )
        keyring = keyring_of(gateway, trial) if verify else None
        manner = Manner(given, is_saved=bool(saved), to_stdout=to_stdout, keyring=keyring)
        return carry_out(world, gateway, plan, live, manner)


@click.command()
@paths_argument
@click.pass_obj
@writing_options
def destroy(world: World, given: Given, *, paths: tuple[Path, ...]) -> Exit:
    """Remove all that the stacks own, and nothing else. Settings of the account stay as they are."""
    from ramstack.cli.connection import open_account
    from ramstack.cli.flow import Manner, carry_out, make
    from ramstack.cli.inputs import request_of, stacks_given
    from ramstack.planning.remarks import settings_stay

    stacks = stacks_given(world, paths, given)
    nothing = tuple(
        replace(stack, users={}, groups={}, policies={}, roles={}, settings={}, expects=())
        for stack in stacks
    )
    with open_account(world, given.where) as gateway:
        plan, live = make(
            gateway.reader, nothing, request_of(world, allowed=given.allowed, rails=given.rails)
        )
        told = replace(plan, notes=(*plan.notes, *settings_stay(stacks)))
        manner = Manner(
            given,
            question="Destroy all of this?",
            unchanged="Nothing to destroy. The stacks own nothing here.",
        )
        return carry_out(world, gateway, told, live, manner)
