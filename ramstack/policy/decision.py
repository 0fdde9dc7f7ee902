"""The answer to a request, with the statements that decide it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ramstack.policy.document import Document
from ramstack.policy.request import Truth
from ramstack.policy.statement import Condition, Effect, Statement


class Answer(StrEnum):
    ALLOW = "allow"
    EXPLICIT_DENY = "explicit_deny"
    IMPLICIT_DENY = "implicit_deny"
    DEPENDS = "depends"
    """It may be allowed: what is known of the request, or of the language, does not say."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A document that applies to somebody: which policy it is, through whom it comes, and where it holds."""

    document: Document
    name: str = ""
    """The policy as people know it: ``system/AliyunICEFullAccess``."""
    via: str = ""
    """The group it comes through, ``group/readers``; empty where it is attached directly."""
    resource_group: str | None = None
    """None: the whole account."""


@dataclass(frozen=True, slots=True)
class Match:
    """A statement that speaks of the request, for certain or, with ``truth`` None, perhaps."""

    grant: Grant
    statement: Statement
    truth: Truth
    open: tuple[Condition, ...] = ()
    """The conditions whose truth is not known."""

    @property
    def effect(self) -> Effect:
        return self.statement.effect


@dataclass(frozen=True, slots=True)
class Decision:
    """``answer`` is one of four; ``deciding`` the statements it rests on, none for an implicit deny."""

    answer: Answer
    deciding: tuple[Match, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_allowed(self) -> bool:
        return self.answer is Answer.ALLOW

    @property
    def depends_on(self) -> tuple[Condition, ...]:
        """The conditions that must be known to decide, in order."""
        return tuple(sorted({condition for match in self.deciding for condition in match.open}))
