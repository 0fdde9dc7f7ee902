"""Signals while applying: the first lets calls in flight finish, the second ends at once."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self

from ramstack.cli.world import World

CAUGHT = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """While entered, SIGINT and SIGTERM only raise a flag; a second one gets the behaviour it had before."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._event = threading.Event()
        self._before: dict[signal.Signals, Any] = {}

    def is_set(self) -> bool:
        return self._event.is_set()

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._raise_flag) for number in CAUGHT}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._restore()

    def _raise_flag(self, _number: int, _frame: FrameType | None) -> None:
        self._event.set()
        self._restore()
        self._world.say("Stopping: calls in flight finish, nothing new is started. Once more ends at once.")

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}
