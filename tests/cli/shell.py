"""A newcomer's shell without a shell: `main(argv)` in a folder of its own, against an account behind real HTTP."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ramstack.cli.main import main
from ramstack.cli.world import World
from ramstack.emulator import EmbeddedAccount, LoggedCall
from ramstack.emulator.world import utc_now


class Terminal(io.StringIO):
    """A stream that says it is a terminal; `before_answer` runs while the prompt waits."""

    def __init__(self, text: str = "", before_answer: Callable[[], object] = lambda: None) -> None:
        super().__init__(text)
        self._before_answer = before_answer

    def isatty(self) -> bool:
        return True

    def readline(self, *args: int) -> str:
        self._before_answer()
        return super().readline(*args)


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Shell:
    cwd: Path
    environ: dict[str, str] = field(default_factory=dict)
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = utc_now

    def run(self, *argv: str, stdin: io.StringIO | None = None) -> Result:
        """Run one command; with a Terminal as stdin, stderr is one too."""
        out, err = io.StringIO(), Terminal() if stdin else io.StringIO()
        world = World(
            stdin=stdin or io.StringIO(),
            stdout=out,
            stderr=err,
            environ=self.environ,
            cwd=self.cwd,
            clock=self.clock,
            sleep=self.sleep,
            now=self.now,
        )
        code = main(argv, world)
        return Result(code, out.getvalue(), err.getvalue())

    def write(self, name: str, text: str) -> Path:
        path = self.cwd / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


def writes(account: EmbeddedAccount) -> list[LoggedCall]:
    """What was written, lock aside: its coming and going is no part of what an account is to its users."""
    calls = [call for call in account.calls() if call.kind == "write"]
    return [call for call in calls if not call.params.get("PolicyName", "").startswith("ramstack-lock-")]
