"""Rules on what statements mean together: escalation, statements without effect, trust, size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ramstack.policy.catalogue import expand, fixed_resources
from ramstack.policy.escalation import ESCALATIONS, INDIRECT
from ramstack.policy.lint.resources import is_wide
from ramstack.policy.lint.rule import Remark, Subject, path_of
from ramstack.policy.match import names_action
from ramstack.policy.region import Region, Search
from ramstack.policy.statement import Effect, Kind, Statement
from ramstack.policy.texts import Mode, Pattern, Texts
from ramstack.policy.vocabulary import DOCUMENT_LIMITS

_EVERYTHING = Region(Texts((Pattern("*:*"),)), Texts())


def escalation(subject: Subject) -> Iterator[Remark]:
    """Told once a statement; ``*`` has a rule of its own."""
    for statement, found in _reaching(subject, ESCALATIONS):
        action, how = next(iter(found.items()))
        more = f" So do {len(found) - 1} more." if len(found) > 1 else ""
        told = f"With {action} on any resource the holder {how}: it can give itself more than this document says.{more}"
        yield Remark(told, path_of(statement), statement)


def role_reach(subject: Subject) -> Iterator[Remark]:
    for statement, found in _reaching(subject, INDIRECT):
        for action, how in found.items():
            yield Remark(
                f"With {action} on roles of any name the holder {how}.", path_of(statement), statement
            )


def _reaching(subject: Subject, table: Mapping[str, str]) -> Iterator[tuple[Statement, dict[str, str]]]:
    for statement in subject.allows:
        wide = any(is_wide(resource) for resource in statement.resources)
        found = {action: how for action, how in table.items() if names_action(statement, action)}
        if subject.kind is Kind.IDENTITY and wide and found and not _is_total(statement):
            yield statement, found


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
                here = Region(Texts((Pattern(action, Mode.EXACT),)), Texts((Pattern(resource, Mode.EXACT),)))
                yield from here.inside(statement)


def _is_covered(pieces: list[Region], others: tuple[Statement, ...]) -> bool:
    search = Search()
    return all(search.find(piece, others) is None for piece in pieces) and not search.gave_up


def trust_anybody(subject: Subject) -> Iterator[Remark]:
    if subject.kind is not Kind.TRUST:
        return
    for statement in subject.allows:
        for principal in sorted(statement.principals or ()):
            if "*" in principal.value:
                told = f'"{principal.value}" trusts whoever comes: the role can be assumed by strangers.'
                yield Remark(told, path_of(statement, "Principal"), statement)


def too_long(subject: Subject) -> Iterator[Remark]:
    limit = subject.limit or DOCUMENT_LIMITS.get(subject.kind)
    if limit is not None and len(subject.document.text) > limit:
        told = f"The document has {len(subject.document.text)} characters without white space; the service takes {limit}."
        yield Remark(told)
