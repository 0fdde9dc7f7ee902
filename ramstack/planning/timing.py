"""Timing: when each batch could leave at the account's rates, if the network took no time.

The order of these moments is the order of issue: an API that is slow (ten attachments a second) never holds up another one,
and since the order depends on the plan alone, two runs of one plan issue alike.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from ramstack.model.call import Batch
from ramstack.model.limits import Rates


def departures(batches: Sequence[Batch], rates: Rates) -> Iterator[float]:
    """Seconds from the start at which each batch leaves: when what it needs has left and its APIs have room again."""
    free: defaultdict[str, float] = defaultdict(float)
    left: dict[int, float] = {}
    for batch in batches:
        spent = Counter(step.call.api for step in batch.steps)
        needed = (left[need] for step in batch.steps for need in step.needs)
        start = max([*(free[api] for api in spent), *needed])
        for api, count in spent.items():
            free[api] = start + count / rates.of(api)
        left |= dict.fromkeys((step.id for step in batch.steps), start)
        yield start


def estimate(batches: Sequence[Batch], rates: Rates) -> float:
    """Seconds that the account's rates force until the last batch has left."""
    return max(departures(batches, rates), default=0.0)
