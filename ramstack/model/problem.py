"""Problems: everything told about input, a plan or an account, in one type that is collected and rendered once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ramstack.model.address import Address

if TYPE_CHECKING:  # every command knows problems, few need the policy language
    from ramstack.policy import Finding

Severity = Literal["error", "warning", "note"]
"""A note is worth knowing, and nothing to mend."""


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """A place in a file; line and column count from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Summary: fixed and short, no user data. Detail: which thing, why it matters, what to do, in sentences.

    `size`: of a rail, what `--allow NAME=N` is held against.
    """

    severity: Severity
    rule: str
    summary: str
    detail: str
    address: Address | None = None
    origin: Origin | None = None
    size: int = 1

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


def error(
    rule: str, summary: str, detail: str, *, address: Address | None = None, origin: Origin | None = None
) -> Problem:
    return Problem("error", rule, summary, detail, address, origin)


def warning(
    rule: str, summary: str, detail: str, *, address: Address | None = None, origin: Origin | None = None
) -> Problem:
    return Problem("warning", rule, summary, detail, address, origin)


def note(rule: str, summary: str, detail: str, *, origin: Origin | None = None) -> Problem:
    return Problem("note", rule, summary, detail, None, origin)


def from_finding(finding: Finding, origin: Origin, *, address: Address | None = None) -> Problem:
    """What is told about a policy document, at its place in a file."""
    detail = f"{finding.where}: {finding.detail}" if finding.where else finding.detail
    return Problem(finding.severity.value, finding.rule, finding.summary, detail, address, origin)


def in_order(problems: tuple[Problem, ...] | list[Problem]) -> tuple[Problem, ...]:
    """By file and line; those without a place last."""
    return tuple(sorted(problems, key=lambda p: (p.origin is None, p.origin or Origin(""), p.rule, p.detail)))
