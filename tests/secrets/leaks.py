"""Looking for secrets in everything that a process leaves: what it says, writes, logs and starts."""

from __future__ import annotations

import base64
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
LOUD = Path(__file__).parent / "loud"
SPY = """#!/bin/sh
# Takes the payload, and writes down what every process of this machine shows of itself at that moment.
cat > "$1/$$.json"
tr '\\0' '\\n' < /proc/$$/environ > "$2/environ-$$.txt"
for process in /proc/[0-9]*; do tr '\\0' ' ' < $process/cmdline; echo; done > "$2/cmdlines-$$.txt" 2> /dev/null
[ "$3" != fail ] || { cat "$1/$$.json" >&2; exit 3; }
"""


@dataclass(frozen=True)
class Stage:
    """`work` is the working directory, `sinks` where secrets belong, `heard` what was listened in on."""

    work: Path
    sinks: Path
    heard: Path

    @classmethod
    def build(cls, folder: Path) -> Stage:
        stage = cls(folder / "work", folder / "sinks", folder / "heard")
        for made in (stage.work, stage.sinks, stage.heard):
            made.mkdir()
        spy = stage.work / "spy.sh"
        spy.write_text(SPY)
        spy.chmod(0o700)
        return stage

    def run(self, module: str, *argv: str, environ: Mapping[str, str]) -> int:
        """A Python process of ours, as loud as can be. Its exit code; what it said is in `heard`."""
        number = len(list(self.heard.glob("out-*.txt")))
        extra = {"DEBUG": "sdk", "RAMSTACK_TEST_LOUD": str(self.heard), "PATH": os.environ["PATH"]}
        paths = os.pathsep.join((str(LOUD), str(ROOT)))
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-W", "ignore", "-m", module, *argv],
            cwd=self.work,
            env={**extra, **environ, "PYTHONPATH": paths},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        (self.heard / f"out-{number}.txt").write_bytes(done.stdout)
        (self.heard / f"err-{number}.txt").write_bytes(done.stderr)
        return done.returncode

    def leaks(self, secrets: Iterable[str]) -> list[str]:
        """Each file that holds a secret where none belongs."""
        files = [path for folder in (self.work, self.heard) for path in folder.rglob("*") if path.is_file()]
        texts = {path: path.read_bytes() for path in files}
        return [
            f"{path}: {secret}"
            for secret in secrets
            for path, text in texts.items()
            if any(form in text for form in _forms(secret))
        ]


@contextmanager
def all_keys_kept(database: Path) -> Iterator[Callable[[], frozenset[str]]]:
    """What asks for the secrets of all keys that an embedded account makes from now on, those deleted again included."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE made (secret TEXT)")
        connection.execute(
            "CREATE TRIGGER keep AFTER INSERT ON access_keys BEGIN INSERT INTO made VALUES (NEW.secret); END"
        )
        yield lambda: frozenset(secret for (secret,) in connection.execute("SELECT secret FROM made"))


def _forms(secret: str) -> frozenset[bytes]:
    raw = secret.encode()
    forms = {raw, quote(secret, safe="").encode(), raw.hex().encode()}
    return frozenset(forms | {base64.b64encode(b" " * n + raw)[4 if n else 0 : -4] for n in range(3)})
