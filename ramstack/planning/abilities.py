"""Abilities: the permissions of a diff, put together by service, resources and conditions, and folded into patterns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from ramstack.model.permission import Ability
from ramstack.policy import (
    Access,
    Permission,
    ServicePermissions,
    expand_action,
    find_operation,
    load_services,
    render_conditions,
)


def abilities(services: Iterable[ServicePermissions]) -> Iterator[Ability]:
    """The most dangerous service first; in it one ability for all that share resources and conditions."""
    for service in services:
        alike = groupby(sorted(service.permissions, key=_terms), key=_terms)
        groups = [(terms, tuple(group)) for terms, group in alike]
        for (resources, when), group in sorted(groups, key=lambda pair: min(one.rank for one in pair[1])):
            yield _ability(service, group, resources, when)


def _terms(permission: Permission) -> tuple[tuple[str, ...], str]:
    return permission.resources, render_conditions(permission.when)


def _ability(
    service: ServicePermissions, group: Sequence[Permission], resources: tuple[str, ...], when: str
) -> Ability:
    known = {one.action for one in group if not one.is_pattern}
    return Ability(
        service=service.service,
        name=service.name,
        actions=folded(service.service, known),
        patterns=tuple(sorted({one.action for one in group if one.is_pattern})),
        count=len(known),
        access=access_of(known),
        resources=resources,
        when=when,
    )


def access_of(actions: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """How many of the known operations can do what, each counted for the most dangerous thing, that first."""
    tally = Counter(operation.danger for action in actions if (operation := find_operation(action)))
    return tuple((str(access), tally[access]) for access in Access if tally[access])


def folded(code: str, actions: Iterable[str]) -> tuple[str, ...]:
    """The same operations with patterns for those that are all there: `ice:*`, `ice:Get*`; the rest by name."""
    names = frozenset(actions)
    service = load_services().get(code)
    if service and len(names) == len(service.operations):
        return (f"{code}:*",)
    stems: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        stems[stem_of(name)].append(name)
    lines = ((f"{stem}*",) if _is_all(stem, found) else found for stem, found in stems.items())
    return tuple(line for group in lines for line in group)


def stem_of(action: str) -> str:
    """`ice:Get` of `ice:GetMediaInfo`: the service and the first word."""
    code, _, name = action.partition(":")
    end = next((at for at, letter in enumerate(name) if at and letter.isupper()), len(name))
    return f"{code}:{name[:end]}"


def _is_all(stem: str, names: Sequence[str]) -> bool:
    return len(names) > 1 and len(expand_action(f"{stem}*")) == len(names)
