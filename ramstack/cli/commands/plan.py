"""`ramstack plan`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ramstack.cli.commands.check import check, refuse_with_check
from ramstack.cli.commands.why import refuse_with_why, why
from ramstack.cli.exits import Exit
from ramstack.cli.options import (
    Where,
    account_options,
    allow_option,
    formats_option,
    journal_option,
    paths_argument,
    rails_option,
    sign_key_option,
    target_option,
    variables_options,
    verify_key_option,
)
from ramstack.cli.world import World

if TYPE_CHECKING:
    from ramstack.model.account import Account
    from ramstack.model.call import Batch
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
@formats_option(
    "text", "json", "markdown", "html", readers="a terminal, a pipeline, a pull request, a browser"
)
@click.option(
    "--check",
    "saved",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PLANFILE",
    help="Make no plan: say whether this saved one would still be the same.",
)
@click.option(
    "--why",
    "asked",
    multiple=True,
    metavar="ADDRESS",
    help="Make no plan: say which file, line and layer each value comes from. May be repeated.",
)
@sign_key_option
@verify_key_option
@click.option("--expires", default="24h", show_default=True, help="How long a saved plan may be applied.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when changes are present.")
@click.option("--concise", is_flag=True, help="Tell what is dangerous, and count the rest.")
@click.option("--show-calls", is_flag=True, help="List every call, batch by batch.")
@target_option
@allow_option
@rails_option
@variables_options
@journal_option
@account_options
@click.pass_obj
def plan(
    world: World,
    paths: tuple[Path, ...],
    out: Path | None,
    format_: str,
    *,
    junit: Path | None,
    saved: Path | None,
    asked: tuple[str, ...],
    sign_key_env: str,
    verify_key_env: str,
    expires: str,
    detailed_exitcode: bool,
    concise: bool,
    show_calls: bool,
    targets: tuple[str, ...],
    allowed: tuple[str, ...],
    rails: Path | None,
    variables: tuple[str, ...],
    variable_files: tuple[Path, ...],
    journal_dir: Path | None,
    local: bool,
    endpoint: str,
) -> Exit:
    """Read the account and show what would change. Never writes to it."""
    from ramstack.cli.connection import open_account
    from ramstack.cli.flow import make, refusal
    from ramstack.cli.inputs import request_of, runs_of, stacks_of, variables_of
    from ramstack.planning.schedule import schedule

    if saved:
        refuse_with_check(paths, out, junit, sign_key_env, targets, allowed, format_)
        return check(world, saved, verify_key_env, format_, Where(local, endpoint))
    if asked:
        refuse_with_why(
            format_,
            out,
            junit,
            targets,
            allowed,
            sign_key_env,
            verify_key_env,
            detailed_exitcode,
            concise,
            show_calls,
        )
        return why(
            world,
            asked,
            stacks_of(world, paths, variables_of(world, variables, variable_files)),
            format_,
            Where(local, endpoint),
        )
    key = signing_key(world, out, sign_key_env, verify_key_env)
    if (show_calls or concise) and format_ == "json":
        raise click.UsageError("--show-calls and --concise are not for json, which is always whole")
    for option, file in (("--out", out), ("--junit", junit)):
        if file and not (world.cwd / file).parent.is_dir():
            raise click.UsageError(f"{option} {file}: there is no such folder")
    stacks = stacks_of(world, paths, variables_of(world, variables, variable_files))
    with open_account(world, Where(local, endpoint)) as gateway:
        request = request_of(world, targets, allowed, expires, rails)
        made, live = make(gateway.reader, stacks, request, runs_of(world, journal_dir))
    batches = schedule(made.changes, live)
    document = written(world, made, batches, key) if out or format_ == "json" else ""
    if out and made.complete:
        save(world.cwd / out, document)
    elif out:
        world.say(f"{out} was not written: a part of the account could not be read")
    if junit:
        save(world.cwd / junit, tests_of(made, live, stacks))
    world.emit(document if format_ == "json" else shown(world, made, batches, format_, show_calls, concise))
    if code := refusal(made):
        return code
    return Exit.CHANGES if detailed_exitcode and made.changes else Exit.DONE


def written(world: World, made: Plan, batches: Sequence[Batch], key: bytes | None) -> str:
    """The plan as JSON, signed where there is a key."""
    from ramstack.cli.connection import rates_of
    from ramstack.planning.planfile import plan_document
    from ramstack.planning.signature import signed
    from ramstack.views.json_text import json_text

    unsigned = plan_document(made, batches, rates_of(world))
    return json_text(signed(unsigned, key) if key else unsigned)


def signing_key(world: World, out: Path | None, name: str, verifies: str) -> bytes | None:
    """The key to sign the saved plan with, if any. Raises UsageError where there is nothing to sign."""
    from ramstack.cli.inputs import key_of

    if verifies:
        raise click.UsageError("--verify-key-env is for --check and for apply")
    if name and not out:
        raise click.UsageError("--sign-key-env is for --out: it signs the plan that is saved")
    return key_of(world, name)


def tests_of(made: Plan, live: Account, stacks: Sequence[Stack]) -> str:
    """How the access tests of the stacks went on the account as the plan will have it."""
    from ramstack.planning.expects import trials
    from ramstack.planning.holdings import planned
    from ramstack.views.junit import trials_text

    return trials_text(trials(stacks, planned(made, live)))


def shown(
    world: World, made: Plan, batches: Sequence[Batch], format_: str, calls: bool, concise: bool
) -> str:
    """The plan in one of the formats that people read."""
    from ramstack.cli.connection import rates_of
    from ramstack.planning.timing import estimate

    seconds = estimate(batches, rates_of(world))
    match format_:
        case "markdown":
            from ramstack.views.plan_markdown import plan_markdown

            return plan_markdown(made, batches, seconds, calls=calls, concise=concise)
        case "html":
            from ramstack.views.plan_html import plan_html

            return plan_html(made, batches, seconds, calls=calls, concise=concise)
        case _:
            from ramstack.views.plan_text import plan_text

            look = world.look(world.stdout)
            return plan_text(made, batches, seconds, **look, calls=calls, concise=concise)


def save(path: Path, document: str) -> None:
    """Whole or not at all: whoever reads the file meanwhile gets the old one."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(document, encoding="utf-8")
    beside.replace(path)
