"""Apply: batches become outcomes. One outcome for every change, whatever happens.

A generator: whoever shows progress consumes it, nothing calls back. Steps leave in the order of the schedule, up to five
together; a batch waits only for the steps that its own need, not for the last reply of the batch before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Protocol

from ramstack.account.performer import Part
from ramstack.model.address import Address
from ramstack.model.call import Batch, Step
from ramstack.model.change import Change
from ramstack.model.outcome import Fault, Outcome, Status
from ramstack.model.resource import AccessKey

WORKERS = 32  # as many as the session has connections
INTERRUPTED = Fault("Interrupted", "the run was stopped before this change")
WORST: tuple[Status, ...] = ("failed", "uncertain", "skipped", "done")


class Performs(Protocol):
    """Carries out steps: a performer, or a courier around one."""

    def await_turn(self, step: Step) -> None: ...

    def perform(self, step: Step, *, has_turn: bool = True) -> list[Part]: ...


def apply(
    batches: Sequence[Batch],
    changes: Sequence[Change],
    performer: Performs,
    stopped: Callable[[], Fault | None] = lambda: None,
) -> Iterator[Outcome]:
    """Perform every step, and yield the outcome of each change when the last step that covers it is over.

    When `stopped` tells why, no new batch leaves; calls in flight finish; what is left is skipped for that reason.
    """
    run = Run(Counter(a for b in batches for s in b.steps for a in s.covers), {c.address: c for c in changes})
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="apply") as pool:
        for batch in batches:
            yield from run.wait_for({n for step in batch.steps for n in step.needs})
            for step in batch.steps:
                if why := stopped():
                    yield from run.over(step, [Part(a, "skipped", fault=why) for a in step.covers])
                elif blocker := run.blocker(step):
                    yield from run.over(step, [Part(a, "skipped", caused_by=blocker) for a in step.covers])
                else:
                    yield from run.make_room()
                    performer.await_turn(step)
                    run.flying[pool.submit(performer.perform, step)] = step
            yield from run.land(timeout=0)
        yield from run.wait_for(None)


@dataclass
class Run:
    """What is known of a run so far: steps in flight, parts of steps that are over, and how many each change lacks."""

    lacking: Counter[Address]
    changes: dict[Address, Change]
    flying: dict[Future[list[Part]], Step] = field(default_factory=dict)
    failed: dict[int, list[Part]] = field(default_factory=dict)
    parts: dict[Address, list[Part]] = field(default_factory=dict)

    def wait_for(self, numbers: set[int] | None) -> Iterator[Outcome]:
        """Until the given steps are over; None: until nothing is in flight."""
        while any(numbers is None or step.id in numbers for step in self.flying.values()):
            yield from self.land(timeout=None)

    def make_room(self) -> Iterator[Outcome]:
        """Until a worker is free: a turn at the account's rate is only taken for a call that leaves at once."""
        while len(self.flying) >= WORKERS:
            yield from self.land(timeout=None)

    def land(self, timeout: float | None) -> Iterator[Outcome]:
        """Take in what has come back, in order of issue."""
        done, _ = wait(self.flying, timeout, FIRST_COMPLETED)
        for future in [future for future in self.flying if future in done]:
            yield from self.over(self.flying.pop(future), future.result())

    def over(self, step: Step, parts: Iterable[Part]) -> Iterator[Outcome]:
        """Record the parts of a step that is over, and yield the outcomes that this completes."""
        for part in parts:
            if part.status != "done":
                self.failed.setdefault(step.id, []).append(part)
            self.parts.setdefault(part.address, []).append(part)
            self.lacking[part.address] -= 1
            if not self.lacking[part.address]:
                yield outcome_of(self.changes[part.address], self.parts.pop(part.address))

    def blocker(self, step: Step) -> Address | None:
        """The change whose failure forbids this step, if there is one."""
        roots = {address.root for address in step.covers}
        failures = (
            part for number in sorted(step.needs & self.failed.keys()) for part in self.failed[number]
        )
        blocking = (part for part in failures if part.alone or part.address.root in roots)
        return next((part.caused_by or part.address for part in blocking), None)


def outcome_of(change: Change, parts: Sequence[Part]) -> Outcome:
    """The worst of what happened to the steps of one change."""
    worst = min(parts, key=lambda part: WORST.index(part.status))
    key_id = next((part.key_id for part in parts if part.key_id), _key_of(change))
    sink = next((part.sink for part in parts if part.sink), "")
    return Outcome(change, worst.status, worst.request_id, worst.caused_by, worst.fault, key_id, sink)


def _key_of(change: Change) -> str:
    return change.before.id if isinstance(change.before, AccessKey) else ""
