"""Timing: when each batch could leave at the account's rates, if the network took no time.

The order of these moments is the order of issue: an API that is slow (ten attachments a second) never holds up another one,
and since the order depends on the plan alone, two runs of one plan issue alike.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ramstack.model.call import Batch, writes_of
from ramstack.model.limits import Rates


@dataclass(frozen=True, slots=True)
class Turn:
    """When a batch leaves, and when its APIs have room again, in seconds from the start."""

    leaves: float
    ends: float


def turns(batches: Sequence[Batch], rates: Rates) -> Iterator[Turn]:
    """A batch leaves when what it needs has left and its APIs have room again."""
    free: defaultdict[str, float] = defaultdict(float)
    left: dict[int, float] = {}
    for batch in batches:
        spent = Counter(api for step in batch.steps for api in writes_of(step.call))
        needed = (left[need] for step in batch.steps for need in step.needs)
        start = max([*(free[api] for api in spent), *needed])
        free |= {api: start + count / rates.of(api) for api, count in spent.items()}
        left |= dict.fromkeys((step.id for step in batch.steps), start)
        yield Turn(start, max(free[api] for api in spent))


def count_writes(batches: Sequence[Batch]) -> int:
    """How many writes leave where nothing goes wrong."""
    return sum(len(writes_of(step.call)) for batch in batches for step in batch.steps)


def estimate(batches: Sequence[Batch], rates: Rates) -> float:
    """Seconds that the account's rates force."""
    return max((turn.ends for turn in turns(batches, rates)), default=0.0)
