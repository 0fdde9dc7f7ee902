"""Real processes, and accounts as they were at a certain moment."""

from __future__ import annotations

import atexit
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ramstack.emulator import EmbeddedAccount, LoggedCall, Settings
from tests.cli.shell import Result, Shell

ROOT = Path(__file__).resolve().parents[2]
SOAK = bool(os.environ.get("RAMSTACK_SOAK"))
PATIENCE = 60.0
VAULT = Path(tempfile.mkdtemp(prefix="vault-"))
"""Where everything is delivered: it outlives each checkout."""
atexit.register(shutil.rmtree, VAULT, ignore_errors=True)


class Forker:
    """Starts `tests.faults.forker`, and speaks with it."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.forker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def start(self, shell: Shell, *argv: str, asking: bool = False) -> Child:
        order = {
            "argv": argv_at(shell, argv),
            "cwd": str(shell.cwd),
            "environ": dict(shell.environ),
            "asking": asking,
        }
        return Child(self, self.tell(order)["pid"], shell.cwd)

    def tell(self, order: dict[str, Any]) -> dict[str, Any]:
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@dataclass
class Child:
    forker: Forker
    pid: int
    cwd: Path

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        """kill -9, and wait until nothing of it is left."""
        self.send(signal.SIGKILL)
        self.wait()

    def wait(self) -> int:
        return self.forker.tell({"wait": self.pid})["code"]

    def is_alive(self) -> bool:
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"

    @property
    def out(self) -> str:
        return (self.cwd / "out").read_text()

    @property
    def err(self) -> str:
        path = self.cwd / "err"
        return path.read_text() if path.exists() else ""


@dataclass(frozen=True)
class Photograph:
    """An account in a file, with what was delivered, of which any number of copies can be opened, one after the other."""

    path: Path

    @classmethod
    def take(cls, path: Path, arrange: Callable[[EmbeddedAccount], None]) -> Photograph:
        with EmbeddedAccount(path) as account:
            arrange(account)
            account.forget_calls()
        shutil.copytree(VAULT, path.with_suffix(".vault"))
        return cls(path)

    def open(self, folder: Path, settings: Settings | None = None) -> EmbeddedAccount:
        copy = folder / "account.db"
        for suffix in ("-wal", "-shm"):
            copy.with_name(copy.name + suffix).unlink(missing_ok=True)
        shutil.copy(self.path, copy)
        shutil.rmtree(VAULT)
        shutil.copytree(self.path.with_suffix(".vault"), VAULT)
        return EmbeddedAccount(copy, settings or Settings())


class Haste:
    """A clock on which waiting takes a hundredth of the time. It never goes back."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def clock(self) -> float:
        return time.monotonic() + self._skipped

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / 100)
        self._skipped += seconds * 0.99


class FarShell(Shell):
    """A shell whose folder is not the tester's working directory."""

    def run(self, *argv: str, stdin: io.StringIO | None = None) -> Result:
        return super().run(*argv_at(self, argv), stdin=stdin)


def shell_at(account: EmbeddedAccount, folder: Path, *, patient: bool = False, **stacks: str) -> Shell:
    """An empty folder with these stacks, whose environment reaches the account. `patient`: waits are real."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    haste = Haste()
    environ = {**account.environment, "RAMSTACK_RATE_SCALE": "100", "RAMSTACK_VAR_VAULT": str(VAULT)}
    shell = FarShell(folder, environ) if patient else FarShell(folder, environ, haste.clock, haste.sleep)
    for name, text in stacks.items():
        shell.write(f"{name}.yaml", text)
    return shell


def argv_at(shell: Shell, argv: Iterable[str]) -> tuple[str, ...]:
    """The command with its files where they are: the tester's own working directory stays where it is."""
    return tuple(str(shell.cwd / word) if word.endswith(".yaml") else word for word in argv)


def until(condition: Callable[[], bool]) -> None:
    """Wait for it; a test that waits in vain fails."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.002)


def writes(account: EmbeddedAccount) -> list[LoggedCall]:
    """Every write in the log, the lock's too."""
    return [call for call in account.calls() if call.kind == "write"]


def is_struck(account: EmbeddedAccount) -> bool:
    return any(call.fault for call in account.calls())
