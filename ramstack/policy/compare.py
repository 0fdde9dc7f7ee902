"""Compare two sets of policies by what they allow.

In each cell of the space of requests (``cells``) a request is searched that one side allows and the other does not; each
difference comes with that request as its witness. Grants within a resource group count as if under a condition; a Deny
among them is left out, since it binds only the grants of its own level.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import takewhile

from ramstack.policy.cells import Cell, Statements, make_cells
from ramstack.policy.decision import Grant
from ramstack.policy.document import Document
from ramstack.policy.match import applies
from ramstack.policy.operations import Operations
from ramstack.policy.region import Region, Search, scoped
from ramstack.policy.request import Request
from ramstack.policy.situation import Literal
from ramstack.policy.statement import Effect, Statement


class Relation(StrEnum):
    """What the second set allows, measured by the first."""

    EQUAL = "equal"
    BROADER = "broader"
    NARROWER = "narrower"
    BOTH = "both"
    UNDECIDED = "undecided"
    """The search was given up. Whoever asks for safety takes it as broader."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that one side allows and the other does not."""

    service: str
    """The code of a known service; ``*`` for all others."""
    operations: Operations
    """The known operations it is true of; none where only a pattern can say it."""
    pattern: str
    """The action pattern that allows it, as written; ``*`` where a NotAction does."""
    resources: tuple[str, ...]
    """The resource patterns of the statement that allows it."""
    when: tuple[Literal, ...]
    """The conditions that hold, or do not, where the two sides differ; empty: always."""
    witness: Request


@dataclass(frozen=True, slots=True)
class Comparison:
    gains: tuple[Difference, ...]
    loses: tuple[Difference, ...]
    undecided: bool = False

    @property
    def relation(self) -> Relation:
        if self.undecided and not (self.gains and self.loses):
            return Relation.UNDECIDED
        if self.gains and self.loses:
            return Relation.BOTH
        if self.gains:
            return Relation.BROADER
        return Relation.NARROWER if self.loses else Relation.EQUAL

    @property
    def may_broaden(self) -> bool:
        """Whether the second set allows, or may allow, anything that the first does not."""
        return bool(self.gains) or self.undecided


Policies = Iterable[Grant | Document]


def compare(before: Policies, after: Policies, account: str | None = None) -> Comparison:
    """What ``after`` allows that ``before`` does not, and the other way round.

    Without ``account`` resource patterns are judged for any account.
    """
    old, new = _statements(before), _statements(after)
    if set(old) == set(new):
        return Comparison((), ())
    search = Search()
    cells = make_cells(old, new, account)
    gains = tuple(found for cell in cells for found in _differences(cell, cell.new, cell.old, search))
    loses = tuple(found for cell in cells for found in _differences(cell, cell.old, cell.new, search))
    return Comparison(gains, loses, search.gave_up)


def _statements(policies: Policies) -> tuple[Statement, ...]:
    found: dict[Statement, None] = {}
    for policy in policies:
        group = policy.resource_group if isinstance(policy, Grant) else None
        for statement in policy.document.statements if isinstance(policy, Grant) else policy.statements:
            if group is None:
                found[statement] = None
            elif statement.effect is Effect.ALLOW:
                found[scoped(statement, group)] = None
    return tuple(found)


def _differences(cell: Cell, new: Statements, old: Statements, search: Search) -> Iterator[Difference]:
    """One for every Allow of ``new`` that adds something, in the rest of a service one for every pattern."""
    before, after = set(old), set(new)
    denies = tuple(one for one in new if one.effect is Effect.DENY)
    former = tuple(one for one in old if one.effect is Effect.ALLOW)
    lifted = tuple(one for one in old if one.effect is Effect.DENY and one not in after)
    told: list[Statement] = []
    for allow in (one for one in new if one.effect is Effect.ALLOW):
        if allow in before and not lifted:
            continue
        side = _Side((*told, *denies), None if allow in before else former, lifted)
        found = list(_added(cell, allow, side, search))
        yield from found
        told += [allow] * bool(found)


@dataclass(frozen=True, slots=True)
class _Side:
    """Where an Allow adds something: outside everything that was allowed before, or inside a Deny that is lifted."""

    settled: Statements
    """What it does not add: what another Allow has added, and what is denied."""
    former: Statements | None
    """What was allowed before, but for lifted Denies. None: the Allow itself was there."""
    lifted: Statements

    def has(self, allow: Statement, pattern: str) -> bool:
        """Whether it is plain at a glance that a pattern of the Allow adds nothing: another statement has all of it."""
        others = self.settled if self.lifted else (*self.settled, *(self.former or ()))
        return any(_has(one, allow, pattern) for one in others)

    def find(self, piece: Region, search: Search) -> tuple[Region, Request] | None:
        if self.lifted:
            found = search.find(piece, self.settled)
            if found is None or self._is_new(found[1]):
                return found
        if self.former is not None:
            found = search.find(piece, (*self.settled, *self.former))
            if found is not None:
                return found
        inner = (part for deny in self.lifted for part in piece.inside(deny))
        return next(filter(None, (search.find(part, self.settled) for part in inner)), None)

    def _is_new(self, request: Request) -> bool:
        return self.former is not None and all(applies(one, request) is False for one in self.former)


def _has(wide: Statement, allow: Statement, pattern: str) -> bool:
    return (
        pattern in wide.actions
        and not (wide.but or allow.but)
        and ("*" in wide.resources or wide.resources >= allow.resources)
        and wide.conditions <= allow.conditions
        and wide.principals is None
    )


def _added(cell: Cell, allow: Statement, side: _Side, search: Search) -> Iterator[Difference]:
    seen: set[str] = set()
    for start in cell.starts:
        for piece in takewhile(lambda _: not search.is_over, start.inside(allow)):
            pattern = _last_pattern(start, piece)
            found = None if pattern in seen or side.has(allow, pattern) else side.find(piece, search)
            if found is not None:
                seen.add(pattern)
                yield _tell(cell, allow, pattern, *found)


def _tell(cell: Cell, allow: Statement, pattern: str, region: Region, witness: Request) -> Difference:
    operations = cell.operations
    witness = replace(witness, action=operations.first) if operations else witness
    when = tuple(sorted(region.literals))
    resources = tuple(sorted(allow.resources))
    spelled = "" if operations else next((one for one in allow.spelled if one.lower() == pattern), pattern)
    return Difference(cell.code, operations, spelled, resources, when, witness)


def _last_pattern(start: Region, piece: Region) -> str:
    """The action pattern by which a statement cut the piece out."""
    added = piece.actions.include[len(start.actions.include) :]
    return added[-1].text if added else "*"
