"""`ramstack history`."""

from __future__ import annotations

from pathlib import Path

import click

from ramstack.cli.exits import Exit
from ramstack.cli.options import format_option, journal_option
from ramstack.cli.world import World


@click.command()
@click.argument("run", default="")
@format_option
@journal_option
@click.pass_obj
def history(world: World, run: str, format_: str, journal_dir: Path | None) -> Exit:
    """List the runs that journals tell of, or show one: its changes, and each call with its request id.

    RUN is an id, the beginning of one, or `last`.
    """
    from ramstack.account.runs import find_run, list_runs
    from ramstack.cli.workdir import journal_folder
    from ramstack.views.history import history_document, run_document
    from ramstack.views.history_text import history_text, run_text
    from ramstack.views.json_text import json_text

    kept = list_runs(journal_folder(world.cwd, journal_dir))
    past = find_run(kept, run) if run else None
    if format_ == "json":
        world.emit(json_text(run_document(past) if past else history_document(kept.runs, kept.problems)))
    else:
        look = world.look(world.stdout)
        world.emit(run_text(past, **look) if past else history_text(kept.runs, kept.problems, **look))
    return Exit.DONE
