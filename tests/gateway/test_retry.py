"""Retry: what has not happened is tried again, within bounds that are in the clock handed in."""

from __future__ import annotations

from random import Random

import pytest

from ramstack.gateway.retry import Retry
from ramstack.model.errors import GatewayError, NotFound, Throttled, Uncertain, Unreachable

from .conftest import FakeTime


class Attempt:
    """Fails as told, each time after so many seconds, then succeeds."""

    def __init__(self, time: FakeTime, *failures: GatewayError, seconds: float = 0.0) -> None:
        self.time = time
        self.failures = list(failures)
        self.seconds = seconds
        self.count = 0

    def __call__(self) -> str:
        self.count += 1
        self.time.now += self.seconds
        if self.failures:
            raise self.failures.pop(0)
        return "done"


@pytest.fixture
def retry(time: FakeTime) -> Retry:
    return Retry(clock=time.clock, sleep=time.sleep, random=Random(5))


def test_throttled_and_unreachable_are_tried_again(retry, time):
    """Each kind has its own count: many throttled attempts leave all those of an unreachable service."""
    attempt = Attempt(time, *[Throttled("T")] * 6, *[Unreachable("U")] * 4)
    assert retry.run(attempt) == "done"
    assert attempt.count == 11


@pytest.mark.parametrize("error", [NotFound("N"), Uncertain("U"), GatewayError("UndecodableReply")])
def test_an_answer_and_an_uncertain_write_are_not(retry, time, error):
    """An answer stays the same, and an uncertain write may have happened."""
    attempt = Attempt(time, error)
    with pytest.raises(type(error)):
        retry.run(attempt)
    assert (attempt.count, time.slept) == (1, [])


def test_an_endpoint_that_refuses_is_given_up_within_three_seconds(retry, time):
    """Five attempts, and waits that double."""
    attempt = Attempt(time, *[Unreachable("U")] * 9)
    with pytest.raises(Unreachable):
        retry.run(attempt)
    assert attempt.count == 5
    assert sum(time.slept) < 3


def test_an_endpoint_that_is_silent_gets_a_second_chance_only(retry, time):
    """Each attempt lasts its timeout; nobody waits for five of them."""
    attempt = Attempt(time, *[Unreachable("U")] * 9, seconds=6)
    with pytest.raises(Unreachable):
        retry.run(attempt)
    assert attempt.count == 2


def test_throttling_is_waited_out_for_a_minute(retry, time):
    """Waits grow to five seconds and differ, so that threads do not come back together."""
    attempt = Attempt(time, *[Throttled("T")] * 99)
    with pytest.raises(Throttled):
        retry.run(attempt)
    assert sum(time.slept) <= 60
    assert 0.1 <= min(time.slept) < max(time.slept) <= 7.5
    assert len(set(time.slept)) == len(time.slept)
