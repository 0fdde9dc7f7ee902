"""Laws of progress: every batch is told once, whatever the order in which outcomes arrive."""

from __future__ import annotations

import json
import re
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from ramstack.model.outcome import Fault, Outcome
from ramstack.views.course import Course, awaited
from ramstack.views.progress import BarWatcher, JsonWatcher, LineWatcher, Reading, Watcher
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


@given(st.permutations(ONE_FAILED))
def test_json_lines_add_up(outcomes):
    """One line a batch, whose counts together are those of the end; each line is JSON of its own."""
    stream = StringIO()
    watch(JsonWatcher(stream, lambda: Reading(2.0, 10, 1)), outcomes)
    started, *between, finished = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert (started["event"], started["of"], started["changes"]) == (
        "started",
        len(BATCHES),
        len(PLAN.changes),
    )
    batches = [line for line in between if line["event"] == "batch"]
    assert sorted(line["batch"] for line in batches) == [*range(1, len(BATCHES) + 1)]
    assert sum(line["calls"] for line in batches) == sum(len(batch.steps) for batch in BATCHES)
    assert [line["error"]["code"] for line in between if line["event"] == "fault"] == ["Odd"]
    assert (finished["done"], finished["failed"]) == (len(PLAN.changes) - 1, 1)
    assert (finished["calls_per_second"], finished["throttled"], finished["seconds_left"]) == (5.0, 1, 0.0)


def test_bar_tells_speed_throttles_and_time_left():
    """As far as there is something to tell."""
    stream = StringIO()
    console = Console(file=stream, force_terminal=True, width=120, _environ={}, legacy_windows=False)
    watch(BarWatcher(console, lambda: Reading(2.0, 84, 3)), ONE_FAILED)
    assert " s left · 3 throttled · 42 calls/s" in stream.getvalue()


@pytest.mark.parametrize("width", [30, 50, 70])
def test_a_narrow_terminal_shows_whole_words(width):
    """No bar, and only the counts that have room, the most needed first; none is cut off."""
    stream = StringIO()
    console = Console(file=stream, force_terminal=True, width=width, _environ={}, legacy_windows=False)
    watch(BarWatcher(console, lambda: Reading(2.0, 84, 3)), ONE_FAILED)
    assert f"{len(PLAN.changes)}/{len(PLAN.changes)} changes" in stream.getvalue()
    assert "…" not in stream.getvalue()
    assert "━" not in stream.getvalue()
