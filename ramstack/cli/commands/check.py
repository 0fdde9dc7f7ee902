"""`ramstack plan --check`: would a saved plan still be the same?"""

from __future__ import annotations

from pathlib import Path

import click

from ramstack.cli.exits import Exit
from ramstack.cli.options import Where
from ramstack.cli.world import World
from ramstack.model.errors import StalePlan


def refuse_with_check(paths: tuple[Path, ...], *others: object) -> None:
    """Raises UsageError for what says how a plan is made: here one is only looked at."""
    *makes, format_ = others
    if paths or any(makes):
        raise click.UsageError("--check takes one saved plan, and nothing that says how to make another")
    if format_ not in ("text", "json"):
        raise click.UsageError("--check tells its answer as text or json")


def check(world: World, path: Path, key_name: str, format_: str, where: Where) -> Exit:
    """DONE when the same plan could be made again, STALE when it expired or anything that it rests on moved."""
    from ramstack.cli.connection import open_account
    from ramstack.cli.flow import read_for_plan
    from ramstack.cli.inputs import key_of, plan_in
    from ramstack.model.moment import stamp
    from ramstack.planning.movement import movements
    from ramstack.views.check import Verdict, verdict_document, verdict_text
    from ramstack.views.json_text import json_text

    plan = plan_in(world, path, key_of(world, key_name))
    reasons = [f"it expired at {plan.expires_at}"] if plan.has_expired(stamp(world.now())) else []
    with open_account(world, where) as gateway:
        try:
            moved = movements(plan, read_for_plan(gateway.reader, plan))
        except StalePlan as error:
            moved, reasons = (), [*reasons, *error.moved]
    verdict = Verdict(str(path), plan, tuple(reasons), moved)
    if format_ == "json":
        world.emit(json_text(verdict_document(verdict)))
    else:
        world.emit(verdict_text(verdict, **world.look(world.stdout)))
    return Exit.DONE if verdict.holds else Exit.STALE
