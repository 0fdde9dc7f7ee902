"""Progress: told of each outcome while an apply runs. The only part of the views that writes, to what it was given."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Column
from rich.text import Text

from ramstack.model.call import Batch
from ramstack.model.outcome import Outcome
from ramstack.views.calls_text import batch_name
from ramstack.views.course import Course
from ramstack.views.report import STATUSES
from ramstack.views.signs import SIGNS, STYLES
from ramstack.views.words import visible

BAR = 16
ROOMY = 80  # columns from which on there is room for a bar


@dataclass(frozen=True)
class Reading:
    """What was measured since the start: seconds, requests that left, and how many of them were throttled."""

    seconds: float = 0.0
    calls: int = 0
    throttled: int = 0

    @property
    def calls_per_second(self) -> float:
        return self.calls / self.seconds if self.seconds else 0.0


Meter = Callable[[], Reading]


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
    """A bar of changes with the batches and faults counted beside it; each fault stays above it as a line.

    On a narrow terminal the counts stand without the bar, and the less needed ones are left out.
    """

    def __init__(self, console: Console, meter: Meter = Reading) -> None:
        self._course = Course(())
        self._meter = meter
        bar = (TextColumn("applying", markup=False), BarColumn(BAR)) if console.width >= ROOMY else ()
        self._room = console.width - (len("applying ") + BAR + 1 if bar else 0)
        counts = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True))
        self._bar = Progress(*bar, counts, console=console, auto_refresh=False)
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
        reading = self._meter()
        faults = course.total["failed"] + course.total["uncertain"]
        left = seconds_left(course, reading)
        parts = [
            f"{course.total.total()}/{course.changes} changes",
            f"{course.settled} of {len(course.batches)} batches",
            f"{faults} failed",
            *([f"{left:.0f} s left"] if left else []),
            *([f"{reading.throttled} throttled"] if reading.throttled else []),
            *([f"{reading.calls_per_second:.0f} calls/s"] if reading.calls else []),
        ]
        lines = [" · ".join(parts[:n]) for n in range(len(parts), 0, -1)]
        return next((line for line in lines if len(line) <= self._room), lines[-1])


class JsonWatcher:
    """JSON lines for programs: `started`, a `batch` when its last change has an outcome, a `fault`, and `finished`."""

    def __init__(self, stream: TextIO, meter: Meter) -> None:
        self._stream = stream
        self._meter = meter
        self._course = Course(())

    def started(self, batches: Sequence[Batch]) -> None:
        self._course = Course(batches)
        self._say("started", of=len(batches), changes=self._course.changes)

    def outcome(self, outcome: Outcome) -> None:
        ended = self._course.settle(outcome)
        if outcome.fault:
            address, status = str(outcome.change.address), outcome.status
            error = {"code": outcome.fault.code, "message": outcome.fault.message}
            self._say("fault", address=address, status=status, error=error)
        for number in ended:
            batch = self._course.batches[number - 1]
            what = {"batch": number, "of": len(self._course.batches), "phase": batch.phase}
            self._say(
                "batch", **what, calls=len(batch.steps), **self._course.counts(number), **self._measured()
            )

    def finished(self) -> None:
        self._say(
            "finished", **{status: self._course.total[status] for status in STATUSES}, **self._measured()
        )

    def _measured(self) -> dict[str, object]:
        reading = self._meter()
        left = seconds_left(self._course, reading)
        return {
            "requests": reading.calls,
            "calls_per_second": round(reading.calls_per_second, 1),
            "throttled": reading.throttled,
            "seconds": round(reading.seconds, 1),
            "seconds_left": None if left is None else round(left, 1),
        }

    def _say(self, event: str, **what: object) -> None:
        self._stream.write(json.dumps({"event": event, **what}) + "\n")
        self._stream.flush()


def seconds_left(course: Course, reading: Reading) -> float | None:
    """As long for each change to come as for those that are settled; None while there are none."""
    settled = course.total.total()
    return reading.seconds / settled * (course.changes - settled) if settled else None


def fault_line(outcome: Outcome) -> str:
    """`failed: + user/bob/policy/custom/deploy: EntityNotExist.Policy: no such policy`."""
    assert outcome.fault is not None
    change = outcome.change
    named = f"{SIGNS[change.action]} {change.address}"
    return f"{outcome.status}: {named}: {outcome.fault.code}: {outcome.fault.message}"


def watcher_on(stream: TextIO, meter: Meter, *, as_json: bool, color: bool, width: int) -> Watcher:
    """JSON lines where they are asked for, else the bar on a terminal, and plain lines elsewhere."""
    if as_json:
        return JsonWatcher(stream, meter)
    if not stream.isatty():
        return LineWatcher(stream)
    return BarWatcher(Console(file=stream, no_color=not color, width=width, highlight=False), meter)


def watched(watcher: Watcher, batches: Sequence[Batch], outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """The outcomes as they arrive, each shown before it is passed on."""
    watcher.started(batches)
    try:
        for outcome in outcomes:
            watcher.outcome(outcome)
            yield outcome
    finally:
        watcher.finished()
