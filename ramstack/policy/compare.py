"""Compare two sets of policies by what they allow.

The space of requests is cut into cells: the known operations, those together that every statement treats alike; the rest of
each service that is known in part; all other services. In a cell a request is searched that one side allows and the other
does not; each difference comes with that request as its witness. ``ice`` is exact: its operations are all known, and so is
the resource that its requests name. Grants within a resource group count as if under a condition; a Deny among them
is left out, since it binds only the grants of its own level.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from ramstack.policy.catalogue import Service, expand, fixed_resources, known_operations, load_services
from ramstack.policy.decision import Grant
from ramstack.policy.document import Document
from ramstack.policy.region import Region, Search, scoped
from ramstack.policy.request import Request
from ramstack.policy.situation import Literal
from ramstack.policy.statement import Effect, Principal, Statement
from ramstack.policy.texts import Mode, Pattern, Texts


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
    operations: tuple[str, ...]
    """The known operations it is true of, sorted; empty where only a pattern can say it."""
    pattern: str
    """The action pattern that allows it; ``*`` where a NotAction does."""
    resources: tuple[str, ...]
    """The resource patterns of the statement that allows it."""
    when: tuple[Literal, ...]
    """The conditions that hold, or do not, where the two sides differ; empty: always."""
    witness: Request
    statement: Statement
    """The statement that allows it on the one side."""


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
    cells = list(_cells(old, new, account))
    gains = tuple(
        found for cell in cells for found in cell.differences(cell.among(new), cell.among(old), search)
    )
    loses = tuple(
        found for cell in cells for found in cell.differences(cell.among(old), cell.among(new), search)
    )
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


@dataclass(frozen=True, slots=True)
class _Cell:
    service: Service | None
    operations: tuple[str, ...]
    """In lower case; all treated alike by every statement. Empty: the rest of the service, or of the world."""
    starts: tuple[Region, ...]

    def among(self, statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
        """The statements that can speak of the cell, those without conditions first."""
        fitting = [one for one in statements if self._fits(one)]
        return tuple(sorted(fitting, key=lambda one: (len(one.conditions), one.index)))

    def _fits(self, statement: Statement) -> bool:
        if self.service is not None and not self.service.resource_groups and statement.is_scoped:
            return False
        return not self.operations or self.operations[0] in _reach(statement)

    def differences(
        self, new: tuple[Statement, ...], old: tuple[Statement, ...], search: Search
    ) -> Iterator[Difference]:
        """One for every Allow of ``new`` that adds something, in the rest of a service one for every pattern."""
        if set(new) == set(old):
            return
        told: list[Statement] = []
        for allow in (one for one in new if one.effect is Effect.ALLOW):
            found = list(self._added(allow, new, old, tuple(told), search))
            yield from found
            told += [allow] * bool(found)

    def _added(
        self,
        allow: Statement,
        new: tuple[Statement, ...],
        old: tuple[Statement, ...],
        told: tuple[Statement, ...],
        search: Search,
    ) -> Iterator[Difference]:
        denies = tuple(one for one in new if one.effect is Effect.DENY)
        former = tuple(one for one in old if one.effect is Effect.ALLOW)
        lifted = [one for one in old if one.effect is Effect.DENY and one not in denies]
        seen: set[str] = set()
        for start in self.starts:
            for piece in start.inside(allow):
                pattern = _last_pattern(start, piece)
                if pattern in seen:
                    continue
                found = None if allow in former else search.find(piece, (*told, *former, *denies))
                inner = (part for deny in lifted for part in piece.inside(deny))
                found = found or next(
                    filter(None, (search.find(part, (*told, *denies)) for part in inner)), None
                )
                if found is not None:
                    seen.add(pattern)
                    yield self._tell(allow, pattern, *found)

    def _tell(self, allow: Statement, pattern: str, region: Region, witness: Request) -> Difference:
        names = tuple(sorted(known_operations()[one].action for one in self.operations))
        code = self.service.code if self.service else "*"
        witness = replace(witness, action=names[0]) if names else witness
        when = tuple(sorted(region.literals))
        return Difference(
            code, names, "" if names else pattern, tuple(sorted(allow.resources)), when, witness, allow
        )


def _last_pattern(start: Region, piece: Region) -> str:
    """The action pattern by which a statement cut the piece out."""
    added = piece.actions.include[len(start.actions.include) :]
    return added[-1].text if added else "*"


def _cells(old: tuple[Statement, ...], new: tuple[Statement, ...], account: str | None) -> Iterator[_Cell]:
    everything = tuple(dict.fromkeys((*old, *new)))
    speakers = _speakers(everything)
    patterns = {pattern for statement in everything for pattern in statement.resources}
    for operations in _alike(everything, new, old):
        service = load_services()[operations[0].partition(":")[0]]
        action = Texts((Pattern(operations[0], Mode.EXACT),))
        named = fixed_resources(operations[0], patterns, account)
        resources = [Texts((Pattern(one, Mode.EXACT),)) for one in named] or [_resources_of(service)]
        yield _Cell(service, operations, _starts(action, resources, speakers))
    listed = tuple(Pattern(name, Mode.EXACT) for name in sorted(_listed(everything)))
    for service in load_services().values():
        if not service.complete:
            rest = Texts((Pattern(f"{service.code}:*"),), listed)
            yield _Cell(service, (), _starts(rest, [_resources_of(service)], speakers))
    others = Texts((Pattern("*:*"),), tuple(Pattern(f"{code}:*") for code in load_services()))
    yield _Cell(None, (), _starts(others, [Texts()], speakers))


def _starts(actions: Texts, resources: list[Texts], speakers: list[Principal | None]) -> tuple[Region, ...]:
    return tuple(Region(actions, one, principal=speaker) for one in resources for speaker in speakers)


def _resources_of(service: Service) -> Texts:
    """``sts`` asks about roles, which are resources of ``ram``."""
    code = "ram" if service.code == "sts" else service.code
    return Texts((Pattern(f"acs:{code}:*:*:*"),))


def _alike(
    everything: tuple[Statement, ...], new: tuple[Statement, ...], old: tuple[Statement, ...]
) -> list[tuple[str, ...]]:
    """The known operations, those together that the same statements speak of, where the two sides are not the same."""
    masks: dict[str, int] = defaultdict(int)
    for bit, statement in enumerate(everything):
        for operation in _reach(statement):
            masks[operation] |= 1 << bit
    one_side = sum(
        1 << bit for bit, statement in enumerate(everything) if (statement in new) != (statement in old)
    )
    groups: dict[tuple[str, int], list[str]] = defaultdict(list)
    for operation, mask in masks.items():
        if mask & one_side:
            groups[operation.partition(":")[0], mask].append(operation)
    return [tuple(sorted(group)) for group in groups.values()]


@lru_cache(maxsize=8192)
def _reach(statement: Statement) -> frozenset[str]:
    """The known operations a statement speaks of."""
    named = frozenset(operation for pattern in statement.actions for operation in expand(pattern))
    return frozenset(known_operations().keys() - named) if statement.but else named


def _listed(statements: tuple[Statement, ...]) -> set[str]:
    """The known operations that are named outright: they are told by name, not again as patterns."""
    return {
        action for statement in statements for action in statement.actions if action in known_operations()
    }


def _speakers(statements: tuple[Statement, ...]) -> list[Principal | None]:
    """The principals that trust policies tell apart; None where there is no trust policy."""
    named = sorted({one for statement in statements for one in statement.principals or ()})
    if not named:
        return [None]
    members = [
        Principal(one.kind, one.value.removesuffix(":root") + ":user/x")
        for one in named
        if one.value.endswith(":root")
    ]
    concrete = [Principal(one.kind, one.value.replace("*", "x").replace("?", "x")) for one in named]
    strangers = [
        Principal(kind, "acs:ram::1000000000000000:user/stranger") for kind in ("RAM", "Service", "Federated")
    ]
    return list(dict.fromkeys((*concrete, *members, *strangers)))
