"""What is told about a document: rule, severity, words and place. Collected, never thrown one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

Path = tuple[str | int, ...]
"""Where in a document: ``("Statement", 0, "Action", 1)``. The YAML loader finds its own line for it."""


class Severity(StrEnum):
    """``ERROR`` only for what the grammar forbids; a linter that cries wolf is turned off."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    """Worth knowing, nothing to mend."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Line and column in the source text, both from 1; both 0 where the source was no text."""

    line: int = 0
    column: int = 0


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing told about a document: a fixed short summary, a detail in full sentences, and where."""

    rule: str
    severity: Severity
    summary: str
    detail: str
    path: Path = ()
    place: Place = NOWHERE

    @property
    def where(self) -> str:
        """The JSON path as people write it: ``Statement[0].Action[1]``."""
        return render_path(self.path)

    def below(self, *prefix: str | int) -> Finding:
        """The same finding, seen from a larger value that holds the document at ``prefix``."""
        return replace(self, path=(*prefix, *self.path))


def render_path(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
