"""`ramstack plan`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ramstack.cli.exits import Exit
from ramstack.cli.options import (
    Where,
    account_options,
    allow_option,
    format_option,
    paths_argument,
    target_option,
    variables_options,
)
from ramstack.cli.world import World

if TYPE_CHECKING:
    from ramstack.model.account import Account
    from ramstack.model.change import Plan
    from ramstack.model.stack import Stack


@click.command()
@paths_argument
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Save the plan to this file, for apply."
)
@click.option(
    "--junit",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write how each access test went to this file, as JUnit XML.",
)
@format_option
@click.option("--expires", default="24h", show_default=True, help="How long a saved plan may be applied.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when changes are present.")
@click.option("--show-calls", is_flag=True, help="List every call, batch by batch.")
@target_option
@allow_option
@variables_options
@account_options
@click.pass_obj
def plan(
    world: World,
    paths: tuple[Path, ...],
    out: Path | None,
    format_: str,
    *,
    junit: Path | None,
    expires: str,
    detailed_exitcode: bool,
    show_calls: bool,
    targets: tuple[str, ...],
    allowed: tuple[str, ...],
    variables: tuple[str, ...],
    variable_files: tuple[Path, ...],
    local: bool,
    endpoint: str,
) -> Exit:
    """Read the account and show what would change. Never writes to it."""
    from ramstack.cli.connection import open_account, rates_of
    from ramstack.cli.flow import make, refusal, show
    from ramstack.cli.inputs import request_of, stacks_of, variables_of
    from ramstack.planning.planfile import plan_document
    from ramstack.planning.schedule import schedule
    from ramstack.views.json_text import json_text

    if show_calls and format_ == "json":
        raise click.UsageError("--show-calls is for text; the JSON counts the calls in its summary")
    for option, file in (("--out", out), ("--junit", junit)):
        if file and not (world.cwd / file).parent.is_dir():
            raise click.UsageError(f"{option} {file}: there is no such folder")
    stacks = stacks_of(world, paths, variables_of(world, variables, variable_files))
    with open_account(world, Where(local, endpoint)) as gateway:
        made, live = make(gateway.reader, stacks, request_of(world, targets, allowed, expires))
    batches = schedule(made.changes, live)
    document = json_text(plan_document(made, batches, rates_of(world)))
    if out and made.complete:
        save(world.cwd / out, document)
    if junit:
        save(world.cwd / junit, tests_of(made, live, stacks))
    if format_ == "json":
        world.emit(document)
    else:
        show(world, made, batches, to_stdout=True, calls=show_calls)
    if code := refusal(made):
        return code
    return Exit.CHANGES if detailed_exitcode and made.changes else Exit.DONE


def tests_of(made: Plan, live: Account, stacks: Sequence[Stack]) -> str:
    """How the access tests of the stacks went on the account as the plan will have it."""
    from ramstack.planning.expects import trials
    from ramstack.planning.holdings import planned
    from ramstack.views.junit import trials_text

    return trials_text(trials(stacks, planned(made, live)))


def save(path: Path, document: str) -> None:
    """Whole or not at all: whoever reads the file meanwhile gets the old one."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(document, encoding="utf-8")
    beside.replace(path)
