"""The space of requests, cut into cells in which a comparison searches.

Known operations, those together that every statement treats alike; the rest of each service that is known in part; all other
services. ``ice`` is exact: its operations are all known, and so is the resource that its requests name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ramstack.policy.catalogue import Service, expand, fixed_resources, known_operations, load_services
from ramstack.policy.region import Region
from ramstack.policy.statement import Principal, Statement
from ramstack.policy.texts import Mode, Pattern, Texts, find_text

Statements = tuple[Statement, ...]


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
    """All statements of both sides; a set of them is the bits of a number."""

    statements: Statements
    old: int
    new: int
    account: str | None

    def cell(
        self, service: Service | None, operations: tuple[str, ...], mask: int, starts: tuple[Region, ...]
    ) -> Cell:
        if service is not None and not service.resource_groups:
            mask &= ~sum(1 << bit for bit, one in enumerate(self.statements) if one.is_scoped)
        return Cell(service, operations, starts, self._among(mask & self.old), self._among(mask & self.new))

    def _among(self, mask: int) -> Statements:
        return tuple(one for bit, one in enumerate(self.statements) if mask >> bit & 1)


def make_cells(old: Statements, new: Statements, account: str | None) -> list[Cell]:
    """The cells in which the two sides can differ."""
    ordered = sorted(dict.fromkeys((*old, *new)), key=lambda one: (len(one.conditions), one.index))
    before, after = set(old), set(new)
    sides = [sum(1 << bit for bit, one in enumerate(ordered) if one in side) for side in (before, after)]
    space = _Space(tuple(ordered), sides[0], sides[1], account)
    cells = (*_known_cells(space), *_rest_cells(space))
    return [cell for cell in cells if cell.old != cell.new]


def _known_cells(space: _Space) -> Iterator[Cell]:
    speakers = _speakers(space.statements)
    patterns = {pattern for statement in space.statements for pattern in statement.resources}
    for operations, mask in _alike(space):
        service = load_services()[operations[0].partition(":")[0]]
        action = Texts((Pattern(operations[0], Mode.EXACT),))
        named = fixed_resources(operations[0], patterns, space.account)
        resources = [Texts((Pattern(one, Mode.EXACT),)) for one in named] or [_resources_of(service)]
        yield space.cell(service, operations, mask, _starts(action, resources, speakers))


def _rest_cells(space: _Space) -> Iterator[Cell]:
    """Known operations that are named outright are told by name, not again as patterns."""
    speakers = _speakers(space.statements)
    named = {
        action
        for statement in space.statements
        for action in statement.actions
        if action in known_operations()
    }
    listed = tuple(Pattern(name, Mode.EXACT) for name in sorted(named))
    for service in load_services().values():
        if not service.complete:
            rest = Texts((Pattern(f"{service.code}:*"),), listed)
            starts = _starts(rest, [_resources_of(service)], speakers)
            yield space.cell(service, (), _speaking(space, rest), starts)
    others = Texts((Pattern("*:*"),), tuple(Pattern(f"{code}:*") for code in load_services()))
    yield space.cell(None, (), _speaking(space, others), _starts(others, [Texts()], speakers))


def _speaking(space: _Space, actions: Texts) -> int:
    """The statements that can speak of some actions."""
    return sum(
        1 << bit for bit, one in enumerate(space.statements) if one.but or _speaks(one.actions, actions)
    )


@lru_cache(maxsize=8192)
def _speaks(patterns: frozenset[str], actions: Texts) -> bool:
    return any(find_text(actions.within(Pattern(pattern))) is not None for pattern in patterns)


def _starts(actions: Texts, resources: list[Texts], speakers: list[Principal | None]) -> tuple[Region, ...]:
    return tuple(Region(actions, one, principal=speaker) for one in resources for speaker in speakers)


def _resources_of(service: Service) -> Texts:
    """``sts`` asks about roles, which are resources of ``ram``."""
    code = "ram" if service.code == "sts" else service.code
    return Texts((Pattern(f"acs:{code}:*:*:*"),))


def _alike(space: _Space) -> list[tuple[tuple[str, ...], int]]:
    """The known operations, those together that the same statements speak of, where the two sides are not the same."""
    masks: dict[str, int] = defaultdict(int)
    for bit, statement in enumerate(space.statements):
        for operation in _reach(statement.actions, statement.but):
            masks[operation] |= 1 << bit
    groups: dict[tuple[str, int], list[str]] = defaultdict(list)
    for operation, mask in masks.items():
        if mask & space.old != mask & space.new:
            groups[operation.partition(":")[0], mask].append(operation)
    return [(tuple(sorted(group)), mask) for (_, mask), group in groups.items()]


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
