"""`permissions`: what a pipeline must be allowed, and no more."""

from __future__ import annotations

from pathlib import Path

import click

from ramstack.cli.exits import Exit
from ramstack.cli.options import paths_argument, variables_options
from ramstack.cli.world import World


@click.command()
@paths_argument
@click.option(
    "--for",
    "job",
    type=click.Choice(["plan", "apply"]),
    help="Only the document of this job, as a policy takes it; by default both, by name.",
)
@variables_options
@click.pass_obj
def permissions(
    world: World,
    *,
    paths: tuple[Path, ...],
    job: str | None,
    variables: tuple[str, ...],
    variable_files: tuple[Path, ...],
) -> Exit:
    """The policies that plan and apply need for these stacks, as JSON; offline.

    A job that only plans needs no write: give it the first.
    """
    from ramstack.cli.inputs import stacks_of, variables_of
    from ramstack.planning.entitlements import document_of, to_apply, to_plan
    from ramstack.views.json_text import json_text

    stacks = stacks_of(world, paths, variables_of(world, variables, variable_files))
    documents = {"plan": document_of(to_plan(stacks)), "apply": document_of(to_apply(stacks))}
    world.emit(json_text(documents[job] if job else {"format_version": "1.0", **documents}))
    return Exit.DONE
