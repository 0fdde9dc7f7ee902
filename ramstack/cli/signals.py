"""Signals: before the first write they unwind; after it the first lets calls in flight finish, a second ends at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

from ramstack.cli.exits import Exit
from ramstack.cli.world import World

CAUGHT = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def tidy_end() -> Iterator[None]:
    """While entered, SIGTERM unwinds as Ctrl-C does, so that what was taken is given back."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _unwind)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _unwind(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class Stop:
    """From `begin` until it is left, a first SIGINT or SIGTERM only raises a flag; a second ends the process at once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._event = threading.Event()
        self._before: dict[signal.Signals, Any] = {}

    def is_set(self) -> bool:
        return self._event.is_set()

    def begin(self) -> None:
        """From here on the run may have written: it ends with a report, never with a traceback or a guess."""
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._raise_flag) for number in CAUGHT}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _raise_flag(self, _number: int, _frame: FrameType | None) -> None:
        if self._event.is_set():
            os._exit(Exit.PARTIAL)
        self._event.set()
        self._world.say("Stopping: calls in flight finish, nothing new is started. Once more ends at once.")
