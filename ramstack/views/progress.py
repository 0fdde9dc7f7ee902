"""Progress: told of each outcome while an apply runs. The only part of the views that writes, to what it was given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from ramstack.model.call import Batch
from ramstack.model.outcome import Outcome
from ramstack.views.calls_text import batch_name
from ramstack.views.course import Course
from ramstack.views.signs import SIGNS, STYLES
from ramstack.views.words import visible


class Watcher(Protocol):
    """Must be called in this order: `started` once, `outcome` for each change, `finished` once, also after a failure."""

    def started(self, batches: Sequence[Batch]) -> None: ...

    def outcome(self, outcome: Outcome) -> None: ...

    def finished(self) -> None: ...


class LineWatcher:
    """One plain line a batch, when the last of its changes has an outcome, and one for each fault: for logs."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._course = Course(())

    def started(self, batches: Sequence[Batch]) -> None:
        self._course = Course(batches)

    def outcome(self, outcome: Outcome) -> None:
        ended = self._course.settle(outcome)
        if outcome.fault:
            self._say(fault_line(outcome))
        for number in ended:
            self._say(f"{batch_name(number, self._course.batches)}: {self._course.tally(number)}")

    def finished(self) -> None:
        """Everything was said."""

    def _say(self, text: str) -> None:
        self._stream.write(visible(text) + "\n")
        self._stream.flush()


class BarWatcher:
    """A bar of changes with the batches and faults counted beside it; each fault stays above it as a line."""

    def __init__(self, console: Console) -> None:
        self._course = Course(())
        self._bar = Progress(
            TextColumn("applying", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("changes · {task.description}", markup=False),
            console=console,
            auto_refresh=False,
        )
        self._task = self._bar.add_task("", total=None)

    def started(self, batches: Sequence[Batch]) -> None:
        self._course = Course(batches)
        self._bar.update(self._task, total=self._course.changes, description=self._told())
        self._bar.start()

    def outcome(self, outcome: Outcome) -> None:
        self._course.settle(outcome)
        if outcome.fault:
            self._bar.console.print(Text(visible(fault_line(outcome)), STYLES[outcome.status]))
        self._bar.update(self._task, advance=1, description=self._told(), refresh=True)

    def finished(self) -> None:
        self._bar.stop()

    def _told(self) -> str:
        course = self._course
        faults = course.total["failed"] + course.total["uncertain"]
        return f"{course.settled} of {len(course.batches)} batches · {faults} failed"


def fault_line(outcome: Outcome) -> str:
    """`failed: + user/bob/policy/custom/deploy: EntityNotExist.Policy: no such policy`."""
    assert outcome.fault is not None
    change = outcome.change
    named = f"{SIGNS[change.action]} {change.address}"
    return f"{outcome.status}: {named}: {outcome.fault.code}: {outcome.fault.message}"


def watcher_on(stream: TextIO, *, color: bool, width: int) -> Watcher:
    """The bar on a terminal, lines elsewhere."""
    if not stream.isatty():
        return LineWatcher(stream)
    return BarWatcher(Console(file=stream, no_color=not color, width=width, highlight=False))


def watched(watcher: Watcher, batches: Sequence[Batch], outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """The outcomes as they arrive, each shown before it is passed on."""
    watcher.started(batches)
    try:
        for outcome in outcomes:
            watcher.outcome(outcome)
            yield outcome
    finally:
        watcher.finished()
