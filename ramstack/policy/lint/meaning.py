"""Rules on what statements mean together: escalation, statements without effect, trust, size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ramstack.policy.automaton import Pattern
from ramstack.policy.catalogue import expand, fixed_resources
from ramstack.policy.escalation import ESCALATIONS, INDIRECT, can_be_identity, kinds_of
from ramstack.policy.glob import covers_all, has_wildcard
from ramstack.policy.lint.resources import is_wide
from ramstack.policy.lint.rule import Remark, Subject, path_of
from ramstack.policy.match import names_action
from ramstack.policy.region import Region, Search
from ramstack.policy.statement import Effect, Kind, Statement
from ramstack.policy.texts import Texts
from ramstack.policy.vocabulary import DOCUMENT_LIMITS

_ACCOUNT_FIELD = 3
_EVERYTHING = Region(Texts((Pattern("*:*"),)), Texts())


def escalation(subject: Subject) -> Iterator[Remark]:
    """Told once a statement; ``*`` has a rule of its own."""
    for statement, found in _reaching(subject, ESCALATIONS):
        action, resource = next(iter(found.items()))
        more = f" So do {len(found) - 1} more." if len(found) > 1 else ""
        told = f"With {action} on {resource} the holder {ESCALATIONS[action]}: it can give itself more than this document says.{more}"
        yield Remark(told, path_of(statement), statement)


def role_reach(subject: Subject) -> Iterator[Remark]:
    for statement, found in _reaching(subject, INDIRECT):
        for action, resource in found.items():
            yield Remark(
                f"With {action} on {resource} the holder {INDIRECT[action]}.", path_of(statement), statement
            )


def _reaching(subject: Subject, table: Iterable[str]) -> Iterator[tuple[Statement, dict[str, str]]]:
    """The operations of a table that a statement allows on more than one thing by name, and on which."""
    if subject.kind is not Kind.IDENTITY:
        return
    for statement in subject.allows:
        found = {
            action: "any resource" if covers_all(wide[0]) else wide[0]
            for action in table
            if names_action(statement, action) and not _is_denied(subject, statement, action)
            if (
                wide := [
                    one for one in sorted(statement.resources) if is_wide(one) and _is_about(one, action)
                ]
            )
        }
        if found and not _is_total(statement):
            yield statement, found


def _is_about(resource: str, action: str) -> bool:
    """Whether a resource pattern can name what the operation is about: ``group/*`` is no user."""
    kind = resource.split(":", 4)[-1].partition("/")[0]
    return can_be_identity(resource) and (has_wildcard(kind) or kind in kinds_of(action))


def _is_denied(subject: Subject, allow: Statement, action: str) -> bool:
    """Whether another statement plainly takes back all that this one allows of an operation."""
    return any(
        one.effect is Effect.DENY
        and not one.conditions
        and names_action(one, action)
        and ("*" in one.resources or one.resources >= allow.resources)
        for one in subject.statements
    )


def _is_total(statement: Statement) -> bool:
    return not statement.but and any(not pattern.strip("*:") for pattern in statement.actions)


def without_effect(subject: Subject) -> Iterator[Remark]:
    """An Allow that is denied everywhere, a Deny or Allow on nothing at all."""
    for statement in subject.statements:
        others = tuple(
            one for one in subject.statements if one.effect is Effect.DENY and one is not statement
        )
        pieces = list(_pieces(statement))
        if statement.effect is Effect.ALLOW and others and _is_covered(pieces, others):
            told = f"Statement {statement.index} can never take effect: what it allows is denied by others."
            yield Remark(told, path_of(statement), statement)


def never_matches(subject: Subject) -> Iterator[Remark]:
    """A Deny that protects nothing is worse than none: somebody relies on it."""
    for statement in _personless(subject):
        if statement.effect is Effect.DENY and _is_covered(list(_pieces(statement)), ()):
            told = f"The Deny of statement {statement.index} matches no request at all: it protects nothing."
            yield Remark(told, path_of(statement), statement)


def redundant(subject: Subject) -> Iterator[Remark]:
    """Of two statements that say the same the later one is told."""
    for statement in _personless(subject):
        pieces = list(_pieces(statement))
        for other in _personless(subject):
            if other is statement or other.effect is not statement.effect or not pieces:
                continue
            if _is_covered(pieces, (other,)) and not (
                other.index > statement.index and _says(statement, other)
            ):
                told = f"Statement {statement.index} adds nothing: statement {other.index} already says all of it."
                yield Remark(told, path_of(statement), statement)
                break


def _says(one: Statement, other: Statement) -> bool:
    """Whether one statement says all that another says."""
    return _is_covered(list(_pieces(other)), (one,))


def _personless(subject: Subject) -> tuple[Statement, ...]:
    """The statements that do not choose whom they speak of."""
    return tuple(one for one in subject.statements if one.principals is None)


def _pieces(statement: Statement) -> Iterator[Region]:
    """The requests a statement speaks of; of services that are known to the last operation only what exists."""
    for piece in _EVERYTHING.inside(statement):
        pattern = piece.actions.include[-1].text
        if statement.but or not pattern.startswith("ice:"):
            yield piece
            continue
        for action in sorted(expand(pattern)):
            for resource in fixed_resources(action, statement.resources):
                here = Region(Texts((Pattern(action, "exact"),)), Texts((Pattern(resource, "exact"),)))
                yield from here.inside(statement)


def _is_covered(pieces: list[Region], others: tuple[Statement, ...]) -> bool:
    search = Search()
    return all(search.find(piece, others) is None for piece in pieces) and not search.gave_up


def trust_anybody(subject: Subject) -> Iterator[Remark]:
    if subject.kind is not Kind.TRUST:
        return
    for statement in subject.allows:
        for principal in sorted(statement.principals or ()):
            account = (
                principal.value.split(":")[_ACCOUNT_FIELD]
                if principal.value.count(":") > _ACCOUNT_FIELD
                else principal.value
            )
            if has_wildcard(account):
                whom = (
                    "whoever comes"
                    if covers_all(account)
                    else "other accounts too, as its stars are wildcards"
                )
                told = f'"{principal.value}" trusts {whom}: the role can be assumed by strangers.'
                yield Remark(told, path_of(statement, "Principal"), statement)


def too_long(subject: Subject) -> Iterator[Remark]:
    limit = subject.limit or DOCUMENT_LIMITS.get(subject.kind)
    if limit is not None and len(subject.document.text) > limit:
        told = f"The document has {len(subject.document.text)} characters without white space; the service takes {limit}."
        yield Remark(told)
