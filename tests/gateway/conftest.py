"""Doubles that are handed in: a clock that only sleeping moves, and a service that answers by script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from random import Random

import pytest

from ramstack.gateway.connection import Gateway, connect
from ramstack.gateway.credentials import fixed
from ramstack.model.limits import Rates

from .service import Script, Service

SECRET = "MARKED-SECRET-7e1f"


class FakeTime:
    """`sleep` returns at once and moves the clock."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


Serve = Callable[[Script], tuple[Service, Gateway]]


@pytest.fixture
def serve(time: FakeTime) -> Iterator[Serve]:
    """Start a service and connect a gateway to it; rates are high unless a test is about them."""
    with ExitStack() as stack:

        def start(script: Script, rates: Rates | None = None) -> tuple[Service, Gateway]:
            service = stack.enter_context(Service(script))
            return service, stack.enter_context(connect_to(service.url, time, rates=rates))

        yield start


def connect_to(url: str, time: FakeTime, *, rates: Rates | None = None, **more: object) -> Gateway:
    return connect(
        fixed("marked-id", SECRET),
        endpoint=url,
        rates=rates or Rates(scale=1000.0),
        clock=time.clock,
        sleep=time.sleep,
        random=Random(7),
        **more,
    )
