"""`.ramstack/`: what a run leaves in the working directory, for nobody else's eyes and never in git."""

from __future__ import annotations

from pathlib import Path


def workdir(cwd: Path) -> Path:
    """The folder, made on first use: mode 0700, with a .gitignore of its own."""
    folder = cwd / ".ramstack"
    folder.mkdir(mode=0o700, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n")
    return folder


def journal_folder(cwd: Path, asked: Path | None) -> Path:
    """Where journals are kept; not made by asking."""
    return cwd / (asked or Path(".ramstack", "journal"))


def local_database(cwd: Path) -> Path:
    """Where the embedded account is kept."""
    return workdir(cwd) / "local.db"
