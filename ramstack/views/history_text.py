"""Runs as a person reads them: a line for each run; or one run, with its changes and every call that left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ramstack.model.outcome import Outcome
from ramstack.model.problem import Problem
from ramstack.model.run import Run, Write
from ramstack.views.layout import BLANK, Line, prose, render, row, title
from ramstack.views.problems_text import problem_lines
from ramstack.views.report import STATUSES
from ramstack.views.signs import COMMAND, SIGNS, STYLES
from ramstack.views.tables import table_lines
from ramstack.views.words import Word, counted, split

INDENT = 4
ROOM = 10
NOTHING = "No runs are recorded here."
UNFINISHED = "unfinished"
HEADINGS = ("run", "started", "account", "exit", "stacks", "changes")


def history_text(runs: Sequence[Run], problems: Sequence[Problem], *, color: bool, width: int) -> str:
    """Oldest first, so that the last run is next to the prompt."""
    rows = [_cells(run) for run in runs]
    table = table_lines(HEADINGS, rows, width=width) if rows else [prose(NOTHING)]
    below = (BLANK, *problem_lines(problems)) if problems else ()
    return render((*table, *below), color=color, width=width)


def _cells(run: Run) -> tuple[str, ...]:
    stacks = ", ".join(run.plan.stacks)
    return run.id, _moment(run.started_at), run.plan.account, _ending(run), stacks, _counts(run)


def run_text(run: Run, *, color: bool, width: int) -> str:
    """Every change once, with what became of it; every call in the order in which they left."""
    lines = (
        *_heading(run),
        *_section(counted(len(run.outcomes), "change"), (line for o in run.outcomes for line in _outcome(o))),
        *_section(counted(len(run.writes), "call"), (line for w in run.writes for line in _write(w))),
        prose("To take the account back to before this run:"),
        Line([Word(f"ramstack undo {run.id}", COMMAND)], INDENT),
    )
    return render(lines, color=color, width=width)


def _heading(run: Run) -> Iterator[Line]:
    yield title(f"Run {run.id}")
    told = (
        ("started", _moment(run.started_at)),
        ("ended", _moment(run.ended_at)),
        ("account", run.plan.account),
        ("caller", run.caller),
        ("stacks", ", ".join(run.plan.stacks)),
        ("pipeline", run.pipeline_url),
        ("plan", run.digest),
        ("journal", run.path),
        ("exit", _ending(run)),
        ("outcome", _counts(run)),
    )
    for label, text in told:
        if text:
            yield row(label, split(text), indent=2, room=ROOM)
    yield BLANK


def _section(name: str, lines: Iterable[Line]) -> Iterator[Line]:
    yield from (title(name), *lines, BLANK)


def _outcome(outcome: Outcome) -> Iterator[Line]:
    change = outcome.change
    named = Word(f"{SIGNS[change.action]} {change.address}", STYLES[change.action])
    cause = split(f"because of {outcome.caused_by}", gap=2) if outcome.caused_by else []
    yield Line([named, Word(outcome.status, STYLES[outcome.status], gap=2), *cause], INDENT, 2 * INDENT)
    if outcome.fault and not outcome.caused_by:
        yield prose(f"{outcome.fault.code}: {outcome.fault.message}", 2 * INDENT)


def _write(write: Write) -> Iterator[Line]:
    answer = "no answer" if write.answer == "none" else write.answer
    code = f" {write.fault.code}" if write.fault else ""
    request = split(f"(request {write.request_id})", "dim", gap=2) if write.request_id else []
    covers = split(", ".join(map(str, write.covers)), gap=2)
    yield Line(
        [Word(write.call, "cyan"), *covers, *split(answer + code, gap=2), *request], INDENT, 2 * INDENT
    )


def _ending(run: Run) -> str:
    return UNFINISHED if run.exit_code is None else str(run.exit_code)


def _counts(run: Run) -> str:
    return ", ".join(f"{run.count(status)} {status}" for status in STATUSES if run.count(status))


def _moment(text: str) -> str:
    """To the second: a person compares days and minutes."""
    return text.partition(".")[0] + "Z" if "." in text else text
