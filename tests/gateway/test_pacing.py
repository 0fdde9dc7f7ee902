"""Pacing: never faster than the service allows, never slower than it must be, always in turn."""

from __future__ import annotations

import threading
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.gateway.pacing import Bucket, Pacer
from ramstack.model.limits import Rates

from .conftest import FakeTime

ATTACH = "ram:AttachPolicyToUser"  # 10 calls a second
READ = "ram:ListPolicies"  # 100 calls a second


class Server:
    """The other side: a bucket of one second's worth of calls, but of one at least."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.size = max(1.0, rate)
        self.tokens = self.size
        self.at = 0.0
        self.throttled = 0

    def admit(self, now: float) -> bool:
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.rate)
        self.at = now
        is_in = self.tokens >= 1 - 1e-6
        self.tokens -= 1 if is_in else 0
        self.throttled += 0 if is_in else 1
        return is_in


@pytest.fixture
def pacer(time: FakeTime) -> Pacer:
    return make(time)


def make(time: FakeTime, scale: float = 1.0) -> Pacer:
    return Pacer(Rates(scale), clock=time.clock, sleep=time.sleep, random=Random(3))


def departures(pacer: Pacer, time: FakeTime, api: str, count: int) -> list[float]:
    found = []
    for _ in range(count):
        pacer.take(api)
        found.append(time.now - 1000.0)
    return found


def test_a_batch_leaves_at_once_and_the_rest_at_the_rate(pacer, time):
    """Five together, then one every tenth of a second."""
    assert departures(pacer, time, ATTACH, 8) == pytest.approx([0, 0, 0, 0, 0, 0.1, 0.2, 0.3])


def test_the_burst_comes_back_when_nothing_was_sent(pacer, time):
    """An idle bucket fills, but never above a batch."""
    departures(pacer, time, ATTACH, 5)
    time.now += 60
    assert departures(pacer, time, ATTACH, 6) == pytest.approx([60] * 5 + [60.1])


def test_each_api_has_its_own_bucket(pacer, time):
    """Reads do not wait for attachments."""
    departures(pacer, time, ATTACH, 5)
    assert departures(pacer, time, READ, 5) == pytest.approx([0] * 5)


@given(
    rate=st.floats(0.1, 200.0),
    gaps=st.lists(st.floats(0.0, 3.0) | st.just(0.0), min_size=1, max_size=60),
)
def test_no_pattern_of_asking_is_throttled(rate, gaps):
    """Whatever the pauses between the calls: a service that holds one second of calls lets every turn in."""
    bucket, server, now = Bucket(rate=rate), Server(rate), 0.0
    for gap in gaps:
        now = bucket.reserve(now + gap)
        assert server.admit(now)


@pytest.mark.parametrize("scale", [0.05, 0.1, 0.25, 1, 3])
def test_a_service_that_holds_one_second_of_calls_never_throttles(time, scale):
    """And the time taken is what the rate forces."""
    pacer, server, count = make(time, scale), Server(10 * scale), 200
    server.at = time.now
    assert all(server.admit(now) for now in (at + 1000 for at in departures(pacer, time, ATTACH, count)))
    assert time.now - 1000 <= count / (10 * scale)


def test_throttling_slows_down_gently_and_time_heals():
    """Several throttled calls of one moment are one cut; the full rate is back in seconds."""
    bucket = Bucket(rate=10.0)
    for _ in range(5):
        bucket.slow_down(now=100.0, jitter=0.5)
    assert [bucket.share_at(now) for now in (100.0, 104.0, 160.0)] == pytest.approx([0.8, 0.92, 1.0])


def test_a_throttled_bucket_has_no_burst_left(pacer, time):
    """The service's bucket is empty, so the next call waits for a whole interval, and a bit that differs."""
    pacer.slow_down(ATTACH)
    assert departures(pacer, time, ATTACH, 1)[0] >= 1 / 8


def test_throttling_never_stops_a_run():
    """Some of the rate always remains."""
    bucket = Bucket(rate=10.0)
    for n in range(100):
        bucket.slow_down(now=0.6 * n, jitter=0.5)
    assert bucket.share_at(60.0) >= 0.05


def test_half_of_the_rate_taken_by_another_client_costs_a_quarter_at_most(pacer, time):
    """Adaptive: what is left is used, and few calls are throttled."""
    server, done, count = Server(5.0), 0, 500
    server.at = time.now
    while done < count:
        pacer.take(ATTACH)
        if server.admit(time.now):
            done += 1
        else:
            pacer.slow_down(ATTACH)
    assert time.now - 1000 <= 1.25 * count / 5
    assert server.throttled <= count / 8


def test_turns_are_given_in_the_order_in_which_they_are_asked_for(pacer, time):
    """Also when throttling comes in between: no turn overtakes an earlier one."""
    found = []
    for n in range(60):
        if n % 7 == 3:
            pacer.slow_down(ATTACH)
        found += departures(pacer, time, ATTACH, 1)
    assert found == sorted(found)


def test_threads_share_one_rate():
    """However many wait, no two turns are closer than the rate allows."""
    lock, departed = threading.Lock(), []

    def sleep(seconds: float) -> None:
        with lock:
            departed.append(seconds)

    pacer = Pacer(Rates(), clock=lambda: 0.0, sleep=sleep, random=Random(1))
    threads = [threading.Thread(target=lambda: [pacer.take(ATTACH) for _ in range(50)]) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(departed) == pytest.approx([0.1 * n for n in range(1, 796)])
