"""The space of requests, cut into cells in which a comparison searches.

Known operations, those together that every statement treats alike; the rest of each service that is known in part; all other
services. ``ice`` is exact: its operations are all known, and so is the resource that its requests name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, reduce
from operator import or_

from ramstack.policy.automaton import Pattern
from ramstack.policy.catalogue import Service, fixed_resources, known_operations, load_services
from ramstack.policy.operations import Operations, all_operations, operations_of
from ramstack.policy.region import Region
from ramstack.policy.statement import Principal, Statement
from ramstack.policy.texts import Texts, parts

Statements = tuple[Statement, ...]
_ANY = frozenset({"*"})


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of the space, and the statements of both sides that can speak of it, those without conditions first."""

    service: Service | None
    """None: the services that are not known."""
    operations: Operations
    """All treated alike by every statement. Empty: the rest of the service, or of the world."""
    starts: tuple[Region, ...]
    """The requests of the cell."""
    old: Statements
    new: Statements

    @property
    def code(self) -> str:
        return self.service.code if self.service else "*"


@dataclass(frozen=True)
class _Space:
    """The statements of both sides, those without conditions first."""

    old: Statements
    new: Statements
    account: str | None

    @cached_property
    def statements(self) -> Statements:
        return tuple(dict.fromkeys((*self.old, *self.new)))

    @cached_property
    def changed(self) -> frozenset[Statement]:
        """Those of one side alone: only where they speak can the sides differ."""
        return frozenset(self.old) ^ frozenset(self.new)


def make_cells(old: Statements, new: Statements, account: str | None) -> list[Cell]:
    """The cells in which the two sides can differ."""
    space = _Space(_in_order(old), _in_order(new), account)
    return [cell for cell in (*_known_cells(space), *_rest_cells(space)) if set(cell.old) != set(cell.new)]


def _in_order(statements: Statements) -> Statements:
    return tuple(sorted(dict.fromkeys(statements), key=lambda one: (len(one.conditions), one.index)))


def _known_cells(space: _Space) -> Iterator[Cell]:
    speakers = _speakers(space.statements)
    patterns = {pattern for statement in space.statements for pattern in statement.resources}
    for operations, old, new in _alike(space):
        service, first = load_services()[operations.service], operations.first.lower()
        action = Texts((Pattern(first, "exact"),))
        named = fixed_resources(first, patterns, space.account)
        resources = [Texts((Pattern(one, "exact"),)) for one in named] or [_resources_of(service)]
        yield _cell(service, operations, _starts(action, resources, speakers), old, new)


def _rest_cells(space: _Space) -> Iterator[Cell]:
    """Known operations that are named outright are told by name, not again as patterns."""
    speakers = _speakers(space.statements)
    named = {
        action
        for statement in space.statements
        for action in statement.actions
        if action in known_operations()
    }
    listed = tuple(Pattern(name, "exact") for name in sorted(named))
    known: list[tuple[Service | None, Texts, Texts]] = [
        (service, Texts((Pattern(f"{service.code}:*"),), listed), _resources_of(service))
        for service in load_services().values()
        if not service.complete
    ]
    others = Texts((Pattern("*:*"),), tuple(Pattern(f"{code}:*") for code in load_services()))
    for service, rest, resources in (*known, (None, others, Texts())):
        if not any(_speaks_of(one, rest) for one in space.changed):
            continue
        sides = (tuple(one for one in side if _speaks_of(one, rest)) for side in (space.old, space.new))
        yield _cell(
            service,
            Operations(service.code if service else "*"),
            _starts(rest, [resources], speakers),
            *sides,
        )


def _cell(
    service: Service | None,
    operations: Operations,
    starts: tuple[Region, ...],
    old: Statements,
    new: Statements,
) -> Cell:
    """Grants within a resource group count only where the service knows such groups."""
    if service is not None and not service.resource_groups:
        old, new = (tuple(one for one in side if not one.is_scoped) for side in (old, new))
    return Cell(service, operations, starts, old, new)


def _speaks_of(statement: Statement, actions: Texts) -> bool:
    """Whether a statement can speak of some actions."""
    return statement.but or _speaks(statement.actions, actions)


@lru_cache(maxsize=8192)
def _speaks(patterns: frozenset[str], actions: Texts) -> bool:
    return bool(parts(actions, patterns))


def _starts(actions: Texts, resources: list[Texts], speakers: list[Principal | None]) -> tuple[Region, ...]:
    return tuple(Region(actions, one, principal=speaker) for one in resources for speaker in speakers)


def _resources_of(service: Service) -> Texts:
    """``sts`` asks about roles, which are resources of ``ram``."""
    code = "ram" if service.code == "sts" else service.code
    return Texts((Pattern(f"acs:{code}:*:*:*"),))


def _alike(space: _Space) -> Iterator[tuple[Operations, Statements, Statements]]:
    """The known operations, those together that are treated alike, where the two sides are not the same.

    Their statements come with the question of the action settled: those that differ in nothing else are one.
    """
    settled = {one: _settled(one) for one in space.statements}
    kinds = _in_order(tuple(settled.values()))
    olds, news = ({one: 1 << shift + at for at, one in enumerate(kinds)} for shift in (0, len(kinds)))
    marked = [(one, olds[settled[one]]) for one in space.old] + [
        (one, news[settled[one]]) for one in space.new
    ]
    for code in load_services():
        for marks, bits in _split(code, marked, space.changed).items():
            old, new = marks & (1 << len(kinds)) - 1, marks >> len(kinds)
            if old != new:
                yield Operations(code, bits), _among(kinds, old), _among(kinds, new)


@lru_cache(maxsize=8192)
def _settled(statement: Statement) -> Statement:
    return replace(statement, actions=_ANY, but=False, sid=None)


def _split(code: str, marked: list[tuple[Statement, int]], changed: frozenset[Statement]) -> dict[int, int]:
    """The operations of a service that changed statements speak of, as bits, by the marks of all that speak of them."""
    reach: dict[int, int] = defaultdict(int)
    for statement, mark in marked:
        reach[mark] |= _reach(code, statement)
    found = {0: reduce(or_, (_reach(code, statement) for statement in changed), 0)}
    for mark, reached in reach.items():
        for marks, bits in list(found.items()):
            if inside := bits & reached:
                found[marks | mark] = inside
                found[marks] = bits ^ inside
    return {marks: bits for marks, bits in found.items() if bits}


def _reach(code: str, statement: Statement) -> int:
    named = operations_of(code, statement.actions).bits
    return all_operations(code).bits ^ named if statement.but else named


def _among(statements: Statements, mask: int) -> Statements:
    return tuple(one for bit, one in enumerate(statements) if mask >> bit & 1)


def _speakers(statements: Statements) -> list[Principal | None]:
    """The principals that trust policies tell apart; None where there is no trust policy."""
    named = sorted({one for statement in statements for one in statement.principals or ()})
    if not named:
        return [None]
    roots = [one for one in named if one.value.endswith(":root")]
    members = [Principal(one.kind, one.value.removesuffix(":root") + ":user/x") for one in roots]
    concrete = [Principal(one.kind, one.value.replace("*", "x").replace("?", "x")) for one in named]
    strangers = [
        Principal(kind, "acs:ram::1000000000000000:user/stranger") for kind in ("RAM", "Service", "Federated")
    ]
    return list(dict.fromkeys((*concrete, *members, *strangers)))
