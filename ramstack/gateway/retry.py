"""Retry: what failed without having happened is tried again, within bounds.

`Throttled` was not processed, `Unreachable` was not sent or was only a read: both may be repeated, for reads and writes
alike. `Uncertain` may not: it is settled by reading, elsewhere. All the rest is an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TypeVar

import tenacity

from ramstack.model.errors import Throttled, Unreachable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to go on.

    An endpoint that refuses connections is given up after 1.5 s of waiting, one that does not answer at all after the
    second attempt that brings the call over `unreachable_seconds`.
    """

    unreachable_attempts: int = 5
    unreachable_seconds: float = 10.0
    unreachable_wait: float = 0.1
    throttled_seconds: float = 60.0
    throttled_wait: float = 0.2
    longest_wait: float = 5.0


class Retry:
    """Tries again after waits that double, each multiplied by 0.5 to 1.5 so that threads do not come back together."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        random: Random,
        patience: Patience | None = None,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._patience = patience or Patience()

    def run(self, attempt: Callable[[], T]) -> T:
        """What `attempt` returns, or its last error."""
        course = _Course(self._patience, self._clock, self._random)
        return tenacity.Retrying(
            sleep=self._sleep,
            retry=tenacity.retry_if_exception_type((Throttled, Unreachable)),
            stop=course.is_over,
            wait=course.wait,
            reraise=True,
        )(attempt)


class _Course:
    """One call's attempts so far."""

    def __init__(self, patience: Patience, clock: Callable[[], float], random: Random) -> None:
        self._patience = patience
        self._clock = clock
        self._random = random
        self._started = clock()
        self._silent_since = self._started
        self._throttled = 0
        self._unreachable = 0

    def wait(self, state: tenacity.RetryCallState) -> float:
        """Counts the failure, too: tenacity asks for the wait first, and then whether to stop."""
        if _is_throttled(state):
            self._throttled += 1
            self._unreachable, self._silent_since = 0, self._clock()  # it answers
            seconds = self._patience.throttled_wait * 2.0 ** (self._throttled - 1)
        else:
            self._unreachable += 1
            seconds = self._patience.unreachable_wait * 2.0 ** (self._unreachable - 1)
        return min(seconds, self._patience.longest_wait) * (0.5 + self._random.random())

    def is_over(self, state: tenacity.RetryCallState) -> bool:
        then = self._clock() + state.upcoming_sleep
        if _is_throttled(state):
            return then - self._started > self._patience.throttled_seconds
        is_late = self._unreachable > 1 and then - self._silent_since > self._patience.unreachable_seconds
        return is_late or self._unreachable >= self._patience.unreachable_attempts


def _is_throttled(state: tenacity.RetryCallState) -> bool:
    return state.outcome is not None and isinstance(state.outcome.exception(), Throttled)
