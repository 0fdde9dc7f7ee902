"""`ramstack validate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ramstack.cli.exits import Exit
from ramstack.cli.options import formats_option, paths_argument, variables_options
from ramstack.cli.world import World

if TYPE_CHECKING:
    from ramstack.model.problem import Severity
    from ramstack.planning.lint import Review

_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@click.command()
@paths_argument
@formats_option("text", "json", "sarif", "junit", "github")
@click.option(
    "--fail-on",
    type=click.Choice(_SEVERITIES),
    default="error",
    show_default=True,
    help="Exit 1 when there is a problem of this severity or above.",
)
@variables_options
@click.pass_obj
def validate(
    world: World,
    paths: tuple[Path, ...],
    format_: str,
    fail_on: Severity,
    variables: tuple[str, ...],
    variable_files: tuple[Path, ...],
) -> Exit:
    """Check stacks offline: every problem and what is hardly meant, with file:line:column, and access tests."""
    from ramstack.cli.inputs import stacks_of, variables_of
    from ramstack.model.errors import StackError
    from ramstack.planning.lint import Review, review
    from ramstack.stackfile import system_policies

    try:
        stacks = stacks_of(world, paths, variables_of(world, variables, variable_files))
        found = review(stacks, frozenset(system_policies().values()))
    except StackError as error:
        found = Review(problems=error.problems)
    failing = frozenset(_SEVERITIES[: _SEVERITIES.index(fail_on) + 1])
    code = _verdict(found, failing)
    if format_ == "text":
        _tell(world, found, code)
    else:
        world.emit(_document(found, format_, failing, code))
    return code


def _verdict(found: Review, failing: frozenset[Severity]) -> Exit:
    """A stack that is wrong before a test that fails, as in plan."""
    if any(problem.severity in failing for problem in found.problems):
        return Exit.ERROR
    return Exit.REFUSED if found.failures else Exit.DONE


def _tell(world: World, found: Review, code: Exit) -> None:
    from ramstack.views.validate_text import validate_text

    stream = world.stderr if code else world.stdout
    stream.write(validate_text(found, refused=bool(code), **world.look(stream)))


def _document(found: Review, format_: str, failing: frozenset[Severity], code: Exit) -> str:
    from ramstack.views.github import github_text
    from ramstack.views.json_text import json_text
    from ramstack.views.junit import junit_text
    from ramstack.views.review_json import review_document
    from ramstack.views.sarif import sarif_document

    match format_:
        case "sarif":
            return json_text(sarif_document(found))
        case "junit":
            return junit_text(found, failing)
        case "github":
            return github_text(found)
        case _:
            return json_text(review_document(found, code))
