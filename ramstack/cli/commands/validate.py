"""`ramstack validate`."""

from __future__ import annotations

from pathlib import Path

import click

from ramstack.cli.exits import Exit
from ramstack.cli.options import format_option, paths_argument, variables_options
from ramstack.cli.world import World


@click.command()
@paths_argument
@format_option
@variables_options
@click.pass_obj
def validate(
    world: World,
    paths: tuple[Path, ...],
    format_: str,
    variables: tuple[str, ...],
    variable_files: tuple[Path, ...],
) -> Exit:
    """Check stacks offline: every problem at once, with file:line:column."""
    from ramstack.cli.inputs import stacks_of, variables_of
    from ramstack.model.errors import StackError
    from ramstack.planning.planfile import problem_records
    from ramstack.views.json_text import json_text
    from ramstack.views.validate_text import validate_text

    try:
        stacks = stacks_of(world, paths, variables_of(world, variables, variable_files))
        problems = tuple(problem for stack in stacks for problem in stack.problems)
    except StackError as error:
        stacks, problems = (), error.problems
    if format_ == "json":
        names = [stack.name for stack in stacks]
        world.emit(
            json_text({"format_version": "1.0", "stacks": names, "problems": problem_records(problems)})
        )
    failed = any(problem.is_error for problem in problems)
    if format_ == "text":
        stream = world.stderr if failed else world.stdout
        stream.write(validate_text(stacks, problems, **world.look(stream)))
    return Exit.ERROR if failed else Exit.DONE
