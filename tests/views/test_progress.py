"""Laws of progress: every batch is told once, whatever the order in which outcomes arrive."""

from __future__ import annotations

import re
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from ramstack.model.outcome import Fault, Outcome
from ramstack.views.course import Course, awaited
from ramstack.views.progress import BarWatcher, LineWatcher, Watcher
from tests.views.samples import BUSY, busy_account, planned

PLAN, BATCHES, _ = planned(BUSY, busy_account())
FAULT = Fault("Odd", "two\nlines [red]")
ONE_FAILED = [
    Outcome(c, "done") if n else Outcome(c, "failed", fault=FAULT) for n, c in enumerate(PLAN.changes)
]


def watch(watcher: Watcher, outcomes) -> None:
    watcher.started(BATCHES)
    for outcome in outcomes:
        watcher.outcome(outcome)
    watcher.finished()


@given(st.permutations(ONE_FAILED))
def test_every_batch_is_told_once(outcomes):
    """A line a batch and one for the fault, in any order of arrival; nothing else, and no control characters."""
    stream = StringIO()
    watch(LineWatcher(stream), outcomes)
    page = stream.getvalue().splitlines()
    numbers = [int(m.group(1)) for line in page if (m := re.match(r"batch (\d+) of", line))]
    assert sorted(numbers) == [*range(1, len(BATCHES) + 1)]
    assert len(page) == len(BATCHES) + 1
    assert all(line.isprintable() for line in page)


@given(st.permutations(ONE_FAILED))
def test_course_ends_with_everything_settled(outcomes):
    """Each change counts once in all, and a batch is never settled before its changes are."""
    course = Course(BATCHES)
    for n, outcome in enumerate(outcomes, 1):
        ended = course.settle(outcome)
        open_yet = {later.change.address for later in outcomes[n:]}
        assert not any(awaited(BATCHES)[number - 1] & open_yet for number in ended)
    assert course.settled == len(BATCHES)
    assert sum(course.total.values()) == course.changes == len(PLAN.changes)


def test_bar_ends_full():
    """On a terminal the bar shows all changes and batches, and the fault stays above it."""
    stream = StringIO()
    console = Console(file=stream, force_terminal=True, width=100, _environ={}, legacy_windows=False)
    watch(BarWatcher(console), ONE_FAILED)
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", stream.getvalue())
    assert (
        f"{len(PLAN.changes)}/{len(PLAN.changes)} changes · {len(BATCHES)} of {len(BATCHES)} batches · 1 failed"
        in plain
    )
    assert "Odd: two\\nlines [red]" in plain


def test_nothing_to_do_is_no_error():
    """A watcher may be started with no batches at all."""
    stream = StringIO()
    for watcher in (LineWatcher(stream), BarWatcher(Console(file=StringIO(), _environ={}))):
        watcher.started(())
        watcher.finished()
    assert stream.getvalue() == ""
