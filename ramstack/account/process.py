"""Whether a process still lives: asked of Linux's /proc, and answered only for this machine and process namespace.

The one place where the lock touches the operating system; everything else is handed a function.
"""

from __future__ import annotations

import os
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NAMESPACE = Path("/proc/self/ns/pid")
_ENDED = ("Z", "X")


def this_process() -> str:
    """`boot/namespace/pid/start`; empty where there is no /proc."""
    try:
        where = f"{_BOOT.read_text().strip()}/{_NAMESPACE.readlink()}"
        return f"{where}/{os.getpid()}/{_state_and_start(os.getpid())[1]}"
    except (OSError, ValueError, IndexError):
        return ""


def is_known_dead(process: str) -> bool:
    """True only when this boot and namespace are those of `process`, and no such process, started then, is left."""
    here, _, _ = this_process().rpartition("/")
    where, _, start = process.rpartition("/")
    place, _, pid = where.rpartition("/")
    if not here or place != here.rpartition("/")[0] or not (pid.isascii() and pid.isdecimal()):
        return False
    return not _lives(int(pid), start)


def _lives(pid: int, start: str) -> bool:
    """What is there but may not be looked at counts as living."""
    try:
        os.kill(pid, 0)
        state, started = _state_and_start(pid)
    except ProcessLookupError:
        return False
    except (OSError, ValueError, IndexError, OverflowError):
        return True
    return started == start and state not in _ENDED


def _state_and_start(pid: int) -> tuple[str, str]:
    """Fields 3 and 22 of proc(5); counted after the command's name, which may hold anything."""
    fields = (
        Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    )
    return fields[0], fields[19]
