"""The space of requests, cut into cells in which a comparison searches.

Known operations, those together that every statement treats alike; the rest of each service that is known in part; all other
services. ``ice`` is exact: its operations are all known, and so is the resource that its requests name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from ramstack.policy.catalogue import Service, expand, fixed_resources, known_operations, load_services
from ramstack.policy.region import Region
from ramstack.policy.statement import Principal, Statement
from ramstack.policy.texts import Pattern, Texts, parts

Statements = tuple[Statement, ...]
_ANY = frozenset({"*"})


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of the space, and the statements of both sides that can speak of it, those without conditions first."""

    service: Service | None
    """None: the services that are not known."""
    operations: tuple[str, ...]
    """In lower case; all treated alike by every statement. Empty: the rest of the service, or of the world."""
    starts: tuple[Region, ...]
    """The requests of the cell."""
    old: Statements
    new: Statements

    @property
    def code(self) -> str:
        return self.service.code if self.service else "*"

    @property
    def names(self) -> tuple[str, ...]:
        """The operations as documented."""
        return tuple(sorted(known_operations()[one].action for one in self.operations))


@dataclass(frozen=True, slots=True)
class _Space:
    """The statements of both sides, those without conditions first."""

    old: Statements
    new: Statements
    account: str | None

    @property
    def statements(self) -> Statements:
        return tuple(dict.fromkeys((*self.old, *self.new)))


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
        service = load_services()[operations[0].partition(":")[0]]
        action = Texts((Pattern(operations[0], "exact"),))
        named = fixed_resources(operations[0], patterns, space.account)
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
    parts: list[tuple[Service | None, Texts, Texts]] = [
        (service, Texts((Pattern(f"{service.code}:*"),), listed), _resources_of(service))
        for service in load_services().values()
        if not service.complete
    ]
    others = Texts((Pattern("*:*"),), tuple(Pattern(f"{code}:*") for code in load_services()))
    for service, rest, resources in (*parts, (None, others, Texts())):
        sides = (tuple(one for one in side if _speaks_of(one, rest)) for side in (space.old, space.new))
        yield _cell(service, (), _starts(rest, [resources], speakers), *sides)


def _cell(
    service: Service | None,
    operations: tuple[str, ...],
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


def _alike(space: _Space) -> list[tuple[tuple[str, ...], Statements, Statements]]:
    """The known operations, those together that are treated alike, where the two sides are not the same.

    Their statements come with the question of the action settled: those that differ in nothing else are one.
    """
    settled = {one: replace(one, actions=_ANY, but=False, sid=None) for one in space.statements}
    kinds = _in_order(tuple(settled.values()))
    bits = {one: 1 << bit for bit, one in enumerate(kinds)}
    before, after = (_masks([(one, bits[settled[one]]) for one in side]) for side in (space.old, space.new))
    groups: dict[tuple[str, int, int], list[str]] = defaultdict(list)
    for operation in before.keys() | after.keys():
        old, new = before.get(operation, 0), after.get(operation, 0)
        if old != new:
            groups[operation.partition(":")[0], old, new].append(operation)
    return [
        (tuple(sorted(group)), _among(kinds, old), _among(kinds, new))
        for (_, old, new), group in groups.items()
    ]


def _masks(side: list[tuple[Statement, int]]) -> dict[str, int]:
    """The known operations that some statements name, and for each the statements, as the bits of a number."""
    masks: dict[str, int] = defaultdict(int)
    for statement, bit in side:
        for operation in _reach(statement.actions, statement.but):
            masks[operation] |= bit
    return masks


def _among(statements: Statements, mask: int) -> Statements:
    return tuple(one for bit, one in enumerate(statements) if mask >> bit & 1)


@lru_cache(maxsize=8192)
def _reach(patterns: frozenset[str], but: bool) -> frozenset[str]:
    """The known operations that some patterns name, or all others."""
    named = frozenset(operation for pattern in patterns for operation in expand(pattern))
    return frozenset(known_operations().keys() - named) if but else named


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
