"""`ramstack drift`."""

from __future__ import annotations

from pathlib import Path

import click

from ramstack.cli.exits import Exit
from ramstack.cli.options import (
    Where,
    account_options,
    formats_option,
    journal_option,
    paths_argument,
    target_option,
    variables_options,
)
from ramstack.cli.world import World


@click.command()
@paths_argument
@formats_option("text", "json", "markdown", readers="a terminal, a pipeline, a pull request")
@target_option
@variables_options
@journal_option
@account_options
@click.pass_obj
def drift(
    world: World,
    paths: tuple[Path, ...],
    format_: str,
    *,
    targets: tuple[str, ...],
    variables: tuple[str, ...],
    variable_files: tuple[Path, ...],
    journal_dir: Path | None,
    local: bool,
    endpoint: str,
) -> Exit:
    """Show what differs between the account and the stacks, and which side moved. Never writes; exit 2 when something differs.

    Journals of earlier runs tell what somebody else changed since from what the YAML newly asks for.
    """
    from ramstack.cli.connection import open_account, rates_of
    from ramstack.cli.flow import make
    from ramstack.cli.inputs import request_of, runs_of, stacks_of, variables_of
    from ramstack.planning.drift import traces_for
    from ramstack.planning.planfile import plan_document
    from ramstack.planning.schedule import schedule
    from ramstack.views.drift_markdown import drift_markdown
    from ramstack.views.drift_report import Comparison, drift_document, drift_report
    from ramstack.views.json_text import json_text

    stacks = stacks_of(world, paths, variables_of(world, variables, variable_files))
    runs = runs_of(world, journal_dir)
    with open_account(world, Where(local, endpoint)) as gateway:
        made, live = make(gateway.reader, stacks, request_of(world, targets), runs)
    told = Comparison(made, bool(traces_for(stacks, runs, live.id)))
    if format_ == "json":
        document = plan_document(made, schedule(made.changes, live), rates_of(world))
        world.emit(json_text(drift_document(told, document)))
    elif format_ == "markdown":
        world.emit(drift_markdown(told))
    else:
        world.emit(drift_report(told, **world.look(world.stdout)))
    if not made.complete:
        return Exit.DENIED
    if made.errors:
        return Exit.ERROR
    return Exit.CHANGES if told.differs else Exit.DONE
