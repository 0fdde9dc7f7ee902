"""Sets of requests cut out by statements: the piece inside a statement, the pieces outside it, and one request of a piece.

Every set of requests that statements can tell apart is a union of such pieces, so a search that cuts and picks finds a
request wherever there is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain

from ramstack.policy.automaton import UndecidedError
from ramstack.policy.glob import matches_any
from ramstack.policy.match import applies, names_principal
from ramstack.policy.request import Request
from ramstack.policy.situation import Literal, find_situation
from ramstack.policy.statement import SCOPE, Condition, Principal, Statement
from ramstack.policy.texts import (
    Texts,
    are_plainly_left,
    are_plainly_named,
    find_text,
    parts,
    without,
)

MAX_CUTS = 2000
GIVEN_UP = 400
"""As many cuts does a search cost that is given up, so that a comparison ends soon after a few of them."""


@dataclass(frozen=True, slots=True)
class Region:
    """The requests whose action, resource and circumstances meet every constraint."""

    actions: Texts
    resources: Texts
    literals: frozenset[Literal] = frozenset()
    principal: Principal | None = None
    """Of whom a trust policy is asked."""

    def pick(self) -> Request | None:
        """One request of the region, None where it is empty. May raise UndecidedError."""
        action = find_text(self.actions)
        resource = None if action is None else find_text(self.resources)
        situation = None if resource is None else find_situation(self.literals)
        if action is None or resource is None or situation is None:
            return None
        groups = [
            condition.key for condition, wanted in self.literals if wanted and condition.operator == SCOPE
        ]
        if len(groups) > 1:
            return None  # a resource lies in one group
        group = groups[0] if groups else ""
        return Request(action, resource, situation.context, self.principal, group, assumed=situation.assumed)

    def is_plainly_within(self, statement: Statement) -> bool:
        """Whether the statement surely speaks of every request; False may mean "not seen at a glance"."""
        named = are_plainly_left if statement.but else are_plainly_named
        return (
            named(self.actions, statement.actions)
            and _held(statement.conditions) <= self.literals
            and are_plainly_named(self.resources, statement.resources)
            and names_principal(statement, self.principal) is True
        )

    def inside(self, statement: Statement) -> Iterator[Region]:
        """Pieces whose requests the statement speaks of; together all of those."""
        if names_principal(statement, self.principal) is not True:
            return
        literals = self.literals | _held(statement.conditions)
        for actions in _naming(self.actions, statement.actions, but=statement.but):
            for resources in _naming(self.resources, statement.resources, but=False):
                yield Region(actions, resources, literals, self.principal)

    def outside(self, statement: Statement) -> Iterator[Region]:
        """Pieces whose requests the statement does not speak of; together all of those."""
        for actions in _naming(self.actions, statement.actions, but=not statement.but):
            yield Region(actions, self.resources, self.literals, self.principal)
        for resources in _naming(self.resources, statement.resources, but=True):
            yield Region(self.actions, resources, self.literals, self.principal)
        for condition in sorted(statement.conditions):
            if (condition, True) not in self.literals:
                literals = self.literals | {(condition, False)}
                yield Region(self.actions, self.resources, literals, self.principal)


@lru_cache(maxsize=8192)
def _held(conditions: frozenset[Condition]) -> frozenset[Literal]:
    return frozenset((condition, True) for condition in conditions)


def _naming(texts: Texts, patterns: frozenset[str], *, but: bool) -> tuple[Texts, ...]:
    """The part of some texts that one of the patterns matches, pattern by pattern; or, with ``but``, that none does."""
    if texts.point is not None:
        return (texts,) if matches_any(patterns, texts.point) is not but else ()
    return (without(texts, patterns),) if but else parts(texts, patterns)


@dataclass(slots=True)
class Search:
    """Looks for requests that a statement speaks of and others do not. Gives up after ``cuts`` pieces beyond each first look."""

    cuts: int = MAX_CUTS
    gave_up: bool = field(default=False)

    @property
    def is_over(self) -> bool:
        """Whether nothing is looked for any more."""
        return self.cuts < 0

    def find(self, region: Region, avoid: tuple[Statement, ...]) -> tuple[Region, Request] | None:
        """A piece of the region, and a request in it, that none of the statements speaks of, not even perhaps."""
        try:
            return self._find(region, avoid)
        except UndecidedError:
            self.gave_up = True
            self.cuts -= GIVEN_UP
            return None

    def _find(self, region: Region, avoid: tuple[Statement, ...]) -> tuple[Region, Request] | None:
        waiting: list[Iterator[Region]] = [iter((region,))]
        while waiting:
            piece = next(waiting[-1], None)
            if piece is None:
                waiting.pop()
                continue
            self.cuts -= len(waiting) > 1
            if self.cuts < 0:
                raise UndecidedError
            request = piece.pick()
            if request is None:
                continue
            hits = (one for one in avoid if applies(one, request) is not False)
            first = next(hits, None)
            if first is None:
                return piece, request
            if not any(piece.is_plainly_within(hit) for hit in chain((first,), hits)):
                waiting.append(piece.outside(first))
        return None


def scoped(statement: Statement, resource_group: str) -> Statement:
    """The statement of a grant within a resource group."""
    return replace(statement, conditions=statement.conditions | {Condition(SCOPE, resource_group, ())})
