"""exec: a command that takes the payload as JSON on its standard input, and answers by its exit code."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from ramstack.model.errors import SinkFailed
from ramstack.model.sink import ExecWish
from ramstack.secrets.environment import harmless
from ramstack.secrets.payload import KeyPair, Payload

_WINDOW = 6  # so many characters of a secret in a row are too many
_MAX_TOLD = 300
_GRACE = 5.0  # seconds for what was killed to be gone


class ExecSink:
    """Nothing secret is in the command's arguments or environment; what it prints on stdout is dropped."""

    def __init__(self, name: str, wish: ExecWish, cwd: Path, environ: Mapping[str, str]) -> None:
        self._name = name
        self._wish = wish
        self._cwd = cwd
        self._environ = environ

    def check(self) -> None:
        """The program is there and may be run, and the environment has what is to be passed on. Nothing is run."""
        self._program()
        if missing := [name for name in self._wish.environment if name not in self._environ]:
            raise SinkFailed(self._name, f"{', '.join(missing)} is to be passed on, but not set")

    def deliver(self, payload: Payload) -> str:
        """The command's program. Any exit code but 0, and any silence longer than the timeout, is a failure."""
        program = self._program()
        document = json.dumps(payload.reveal(), ensure_ascii=False).encode() + b"\n"
        code, said = self._run(program, document)
        if code:
            raise SinkFailed(
                self._name, f"{_how_it_ended(program, code)}{_quote(said, payload)}", transient=True
            )
        return program

    def _program(self) -> str:
        """Where the program is, as the shell of this place would find it."""
        first = self._wish.command[0]
        wanted = str(self._cwd / first) if os.sep in first else first
        found = shutil.which(wanted, path=self._environ.get("PATH", os.defpath))
        if found is None:
            raise SinkFailed(self._name, f"there is no program {first} that may be run here")
        return found

    def _run(self, program: str, document: bytes) -> tuple[int, str]:
        """Exit code and what was said on stderr."""
        try:
            process = subprocess.Popen(  # noqa: S603 - the stack says what is run; no shell reads it
                list(self._wish.command),
                executable=program,
                cwd=self._cwd,
                env=harmless(self._environ, self._wish.environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as reason:
            raise SinkFailed(self._name, f"{program} cannot be run: {reason.strerror}") from None
        with process:
            try:
                said = process.communicate(document, timeout=self._wish.timeout.total_seconds())[1]
            except subprocess.TimeoutExpired:
                said = None
            finally:
                _end(process)
        if said is None:
            raise SinkFailed(
                self._name,
                f"{program} took longer than {self._wish.timeout.total_seconds():g} s",
                transient=True,
            )
        return process.returncode, said.decode(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """What still runs ends, with all that it started: gone when their stderr is closed."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=_GRACE)


def _how_it_ended(program: str, code: int) -> str:
    return f"{program} ended with exit code {code}" if code > 0 else f"{program} was ended by signal {-code}"


def _quote(said: str, payload: Payload) -> str:
    """What a command said last, unless it repeats what it was given."""
    line = " ".join("".join(c if c.isprintable() else " " for c in said).split())[-_MAX_TOLD:]
    if not line:
        return ""
    if repeats(_secret_of(payload), said):
        return "; what it said is not shown, since it repeats what was delivered"
    return f"; it said: {line}"


def repeats(secret: str, text: str) -> bool:
    """Whether a text holds a part of a secret, plainly or in a common encoding."""
    squeezed = "".join(text.split())
    return any(
        form[start : start + _WINDOW] in squeezed
        for form in filter(None, _forms(secret))
        for start in range(max(len(form) - _WINDOW, 0) + 1)
    )


def _forms(secret: str) -> Iterator[str]:
    raw = secret.encode()
    yield from (
        "".join(secret.split()),
        json.dumps(secret)[1:-1],
        quote(secret),
        raw.hex(),
        raw.hex().upper(),
        secret[::-1],
    )
    for offset in range(3):  # wherever in a longer text the secret begins
        middle = base64.b64encode(b"\0" * offset + raw).decode().rstrip("=")
        yield middle[4 if offset else 0 : -2]


def _secret_of(payload: Payload) -> str:
    match payload.credential:
        case KeyPair(access_key_secret=secret):
            return secret.reveal()
        case password:
            return password.password.reveal()
