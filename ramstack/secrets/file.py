"""file: documents in clear, where git cannot pick them up."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from ramstack.model.sink import FileWish
from ramstack.secrets.environment import harmless
from ramstack.secrets.folder import FolderSink

_PATIENCE = 30.0  # seconds for git to answer


def file_sink(name: str, wish: FileWish, cwd: Path, environ: Mapping[str, str]) -> FolderSink:
    """JSON documents of mode 0600; refused unless outside of every git work tree or ignored by git."""

    def guard(path: Path) -> str:
        return git_complaint(path, environ)

    return FolderSink(name, cwd / wish.path, suffix=".json", seal=bytes, guard=guard)


def git_complaint(path: Path, environ: Mapping[str, str]) -> str:
    """Why git might pick up a file at `path`, in a sentence; empty where it cannot.

    Judged at the real place, whatever links lead there. Where git cannot be asked, a work tree is reason enough.
    """
    real = Path(os.path.realpath(path))
    folder = next(one for one in real.parents if one.is_dir())
    if not any((one / ".git").exists() for one in (folder, *folder.parents)):
        return ""
    match _ask_git(real, folder, environ):
        case 0:
            return ""
        case 1:
            return f"{path} would be picked up by git. Add its folder to .gitignore, or choose one outside of the work tree"
        case _:
            return f"{path} is in a git work tree, and git could not say whether it is ignored. Choose a folder outside of it"


def _ask_git(path: Path, folder: Path, environ: Mapping[str, str]) -> int | None:
    """The exit code of `git check-ignore`; None without an answer."""
    command = ["git", "-C", str(folder), "check-ignore", "--quiet", "--", str(path)]
    try:
        asked = subprocess.run(  # noqa: S603 - fixed words and a path after `--`
            command,
            env=harmless(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return asked.returncode
