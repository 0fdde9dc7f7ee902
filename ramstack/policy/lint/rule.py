"""What a lint rule is, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ramstack.policy.document import Document
from ramstack.policy.finding import Finding, Path, Severity
from ramstack.policy.statement import Effect, Kind, Statement


@dataclass(frozen=True, slots=True)
class Subject:
    """A document under review."""

    document: Document
    kind: Kind = Kind.IDENTITY
    beside: tuple[Document, ...] = ()
    """The other documents that whoever has this one has too."""
    limit: int | None = None
    """The characters a document may have, where the account's quota is known."""

    @property
    def statements(self) -> tuple[Statement, ...]:
        return self.document.statements

    @property
    def allows(self) -> tuple[Statement, ...]:
        return tuple(one for one in self.statements if one.effect is Effect.ALLOW)


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule has to say, and where; the rule adds its id, severity and summary."""

    detail: str
    path: Path = ()
    statement: Statement | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    severity: Severity
    summary: str
    check: Callable[[Subject], Iterable[Remark]]
    looks_beside: bool = False
    """Whether it depends on what the holders have besides."""

    def findings(self, subject: Subject) -> Iterator[Finding]:
        for remark in self.check(subject):
            if remark.statement is None:
                yield Finding(self.id, self.severity, self.summary, remark.detail, remark.path)
            else:
                place = remark.statement.place
                yield Finding(self.id, self.severity, self.summary, remark.detail, remark.path, place)


def actions_of(statement: Statement) -> Iterator[tuple[str, Path]]:
    """Every action as written, with its path."""
    return _members(statement, "NotAction" if statement.but else "Action", statement.spelled)


def resources_of(statement: Statement) -> Iterator[tuple[str, Path]]:
    """Every resource as written, with its path."""
    return _members(statement, "Resource", statement.targets)


def _members(statement: Statement, element: str, values: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    for index, value in enumerate(values):
        yield value, ("Statement", statement.index, element, *((index,) if len(values) > 1 else ()))


def path_of(statement: Statement, *parts: str) -> Path:
    return ("Statement", statement.index, *parts)
