"""The world a command runs in: streams, environment, clock, working directory. Handed in, so tests hand in another."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from shutil import get_terminal_size
from typing import TextIO, TypedDict

WIDTH_WHEN_PIPED = 100


def _now() -> datetime:
    return datetime.now(UTC)


class Look(TypedDict):
    """What a view must know of the stream that its text is for."""

    color: bool
    width: int


@dataclass(frozen=True)
class World:
    """`stdout` takes documents and nothing else; everything said to a person goes to `stderr`."""

    stdin: TextIO = field(default_factory=lambda: sys.stdin)
    stdout: TextIO = field(default_factory=lambda: sys.stdout)
    stderr: TextIO = field(default_factory=lambda: sys.stderr)
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)  # it may hold secrets
    cwd: Path = field(default_factory=Path.cwd)
    now: Callable[[], datetime] = _now
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    argv: tuple[str, ...] = ()

    def emit(self, document: str) -> None:
        """Write a document."""
        self.stdout.write(document)
        self.stdout.flush()

    def say(self, text: str) -> None:
        """Tell a person something."""
        self.stderr.write(text if text.endswith("\n") else text + "\n")
        self.stderr.flush()

    @property
    def can_ask(self) -> bool:
        return self.stdin.isatty() and self.stderr.isatty()

    def look(self, stream: TextIO) -> Look:
        """Colour only on a terminal, and never when NO_COLOR is set to anything; a fixed width when piped."""
        terminal = stream.isatty()
        plain = self.environ.get("NO_COLOR") or self.environ.get("TERM") == "dumb"
        width = get_terminal_size((WIDTH_WHEN_PIPED, 24)).columns if terminal else WIDTH_WHEN_PIPED
        return Look(color=terminal and not plain, width=width)
