"""Turns: steps of one user are carried out one after the other, in the order in which they were announced.

Several threads carry out steps; a lock alone would let them pass in any order, and two runs of one plan would not issue alike.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """May be used by many threads at once."""

    def __init__(self) -> None:
        self._moved = threading.Condition()
        self._lines: defaultdict[str, list[int]] = defaultdict(list)

    def announce(self, user: str, step: int) -> None:
        """It comes after all that were announced before, and must be carried out: the others wait for it."""
        with self._moved:
            self._lines[user].append(step)

    @contextmanager
    def turn(self, user: str, step: int) -> Iterator[None]:
        """While entered, no other step of the user is. What was not announced joins the end of the line."""
        with self._moved:
            line = self._lines[user]
            if step not in line:
                line.append(step)
            self._moved.wait_for(lambda: line[0] == step)
        try:
            yield
        finally:
            with self._moved:
                line.remove(step)
                self._moved.notify_all()
