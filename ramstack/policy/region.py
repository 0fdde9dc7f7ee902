"""Sets of requests cut out by statements: the piece inside a statement, the pieces outside it, and one request of a piece.

Every set of requests that statements can tell apart is a union of such pieces, so a search that cuts and picks finds a
request wherever there is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ramstack.policy.glob import matches_any
from ramstack.policy.match import applies, names_principal
from ramstack.policy.request import Request
from ramstack.policy.situation import Literal, find_situation
from ramstack.policy.statement import SCOPE, Condition, Principal, Statement
from ramstack.policy.texts import Texts, UndecidedError, find_text, glob_pattern

MAX_CUTS = 3000
GIVEN_UP = 600
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

    def inside(self, statement: Statement) -> Iterator[Region]:
        """Pieces whose requests the statement speaks of; together all of those."""
        if names_principal(statement, self.principal) is not True:
            return
        literals = self.literals | {(condition, True) for condition in statement.conditions}
        for actions in _naming(self.actions, statement.actions, but=statement.but):
            for resources in _naming(self.resources, statement.resources, but=False):
                yield Region(actions, resources, literals, self.principal)

    def outside(self, statement: Statement) -> Iterator[Region]:
        """Pieces whose requests the statement does not speak of; together all of those."""
        for actions in _naming(self.actions, statement.actions, but=not statement.but):
            yield replace(self, actions=actions)
        for resources in _naming(self.resources, statement.resources, but=True):
            yield replace(self, resources=resources)
        for condition in sorted(statement.conditions):
            if (condition, True) not in self.literals:
                yield replace(self, literals=self.literals | {(condition, False)})


def _naming(texts: Texts, patterns: frozenset[str], *, but: bool) -> Iterator[Texts]:
    """The part of some texts that one of the patterns matches, pattern by pattern; or, with ``but``, that none does."""
    if texts.point is not None:
        if matches_any(patterns, texts.point) is not but:
            yield texts
    elif but:
        yield texts.without(map(glob_pattern, sorted(patterns)))
    else:
        yield from texts.parts(sorted(patterns))


@dataclass(slots=True)
class Search:
    """Looks for requests that a statement speaks of and others do not. Gives up after ``cuts`` pieces."""

    cuts: int = MAX_CUTS
    gave_up: bool = field(default=False)

    def find(self, region: Region, avoid: tuple[Statement, ...]) -> tuple[Region, Request] | None:
        """A piece of the region, and a request in it, that none of the statements speaks of, not even perhaps."""
        try:
            return self._find(region, avoid)
        except UndecidedError:
            self.gave_up = True
            self.cuts -= GIVEN_UP
            return None

    def _find(self, region: Region, avoid: tuple[Statement, ...]) -> tuple[Region, Request] | None:
        self.cuts -= 1
        if self.cuts < 0:
            raise UndecidedError
        request = region.pick()
        if request is None:
            return None
        hit = next((statement for statement in avoid if applies(statement, request) is not False), None)
        if hit is None:
            return region, request
        found = (self._find(piece, avoid) for piece in region.outside(hit))
        return next((one for one in found if one is not None), None)


def scoped(statement: Statement, resource_group: str) -> Statement:
    """The statement of a grant within a resource group."""
    return replace(statement, conditions=statement.conditions | {Condition(SCOPE, resource_group, ())})
