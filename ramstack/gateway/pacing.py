"""Pacing: a token bucket for each API of the account, so that calls leave as fast as the service allows and no faster.

The service counts per API and account with one second's worth of calls in hand (RAM fact sheet, section 5.1). Ours holds
at most a batch and at most half of that second, so that the jitter of the network does not make us look too fast.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from ramstack.model.limits import BATCH_SIZE, Rates

CUT = 0.8  # of the rate is left after a throttled call
GROWTH = 0.03  # of the documented rate comes back every second
FLOOR = 0.05  # of the documented rate always remains
ONE_CUT = 0.5  # seconds in which several throttled calls count as one: they left at the same old rate


@dataclass(slots=True)
class Bucket:
    """One API's rate, kept as the time at which the bucket would be full again (the generic cell rate algorithm).

    Must be used under its lock. Turns never overtake: each departs at the same time as the one before, or later.
    """

    rate: float
    lock: threading.Lock = field(default_factory=threading.Lock)
    full_at: float = 0.0
    last: float = 0.0
    share: float = 1.0
    cut_at: float = float("-inf")

    @property
    def burst(self) -> float:
        return max(1.0, min(float(BATCH_SIZE), self.rate / 2))

    def interval(self, now: float) -> float:
        """Seconds between two calls at what is thought to be the rate now."""
        return 1 / (self.rate * self.share_at(now))

    def share_at(self, now: float) -> float:
        """The part of the documented rate that is used: cut by throttling, grown back by time."""
        return 1.0 if self.share >= 1.0 else min(1.0, self.share + GROWTH * (now - self.cut_at))

    def reserve(self, now: float) -> float:
        """Take the next turn, and say when it is."""
        interval = self.interval(now)
        full_at = max(self.full_at, now)
        self.last = max(now, self.last, full_at - (self.burst - 1) * interval)
        self.full_at = full_at + interval
        return self.last

    def slow_down(self, now: float, jitter: float) -> None:
        """Use less of the rate, and none of the burst: the service's bucket is empty."""
        if now - self.cut_at >= ONE_CUT:
            self.share = max(FLOOR, CUT * self.share_at(now))
            self.cut_at = now
        interval = self.interval(now)
        self.full_at = max(self.full_at, now + (self.burst + jitter) * interval)


class Pacer:
    """The buckets of one account, shared by all threads of a run."""

    def __init__(
        self,
        rates: Rates,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        random: Random,
    ) -> None:
        self._rates = rates
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._lock = threading.Lock()
        self._buckets: dict[str, Bucket] = {}
        self._throttled = 0

    def take(self, api: str) -> None:
        """Wait until a call of `api` may leave. Turns are given in the order in which they were asked for."""
        bucket = self._bucket(api)
        with bucket.lock:
            now = self._clock()
            departure = bucket.reserve(now)
        if departure > now:
            self._sleep(departure - now)

    def slow_down(self, api: str) -> None:
        """A call of `api` was throttled: somebody else uses the rate too."""
        bucket = self._bucket(api)
        with bucket.lock:
            bucket.slow_down(self._clock(), self._random.random())
        with self._lock:
            self._throttled += 1

    @property
    def throttled(self) -> int:
        """How many calls were throttled so far."""
        return self._throttled

    def _bucket(self, api: str) -> Bucket:
        with self._lock:
            if api not in self._buckets:
                self._buckets[api] = Bucket(rate=self._rates.of(api))
            return self._buckets[api]
