"""Course: how far an apply has come, told from its batches and the outcomes that have arrived so far."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from ramstack.model.address import Address
from ramstack.model.call import Batch
from ramstack.model.outcome import Outcome, Status
from ramstack.views.report import STATUSES


class Course:
    """Counts outcomes, by batch and in all. Outcomes may arrive in any order; each change has one."""

    def __init__(self, batches: Sequence[Batch]) -> None:
        self.batches = tuple(batches)
        self.settled = 0
        self.total = Counter[Status]()
        self._tallies = [Counter[Status]() for _ in self.batches]
        self._awaited = [set(addresses) for addresses in awaited(self.batches)]
        self._waiting = defaultdict[Address, list[int]](list)
        for number, addresses in enumerate(self._awaited, 1):
            for address in addresses:
                self._waiting[address].append(number)

    @property
    def changes(self) -> int:
        """How many outcomes there will be."""
        return len(self._waiting)

    def settle(self, outcome: Outcome) -> tuple[int, ...]:
        """Count one outcome; the numbers, from 1, of the batches of which it was the last one open."""
        address = outcome.change.address
        self.total[outcome.status] += 1
        numbers = self._waiting.get(address, [])
        for number in numbers:
            self._tallies[number - 1][outcome.status] += 1
            self._awaited[number - 1].discard(address)
        ended = tuple(number for number in numbers if not self._awaited[number - 1])
        self.settled += len(ended)
        return ended

    def counts(self, number: int) -> dict[Status, int]:
        """How many changes of a batch ended how."""
        return {status: self._tallies[number - 1][status] for status in STATUSES}

    def tally(self, number: int) -> str:
        """`4 done, 1 failed`."""
        return told(self._tallies[number - 1])


def told(tally: Counter[Status]) -> str:
    """What is in a tally, in words: `4 done, 1 failed`."""
    return ", ".join(f"{tally[status]} {status}" for status in STATUSES if tally[status])


def awaited(batches: Sequence[Batch]) -> tuple[frozenset[Address], ...]:
    """The changes that are settled with each batch: those that no later one covers, or else all that it covers."""
    covered = [frozenset(a for step in batch.steps for a in step.covers) for batch in batches]
    last = {address: number for number, addresses in enumerate(covered) for address in addresses}
    own = [frozenset(a for a in addresses if last[a] == n) for n, addresses in enumerate(covered)]
    return tuple(mine or addresses for mine, addresses in zip(own, covered, strict=True))
