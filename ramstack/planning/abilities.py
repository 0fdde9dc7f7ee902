"""Abilities: the permissions of a diff in words, service by service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_

from ramstack.model.permission import Ability
from ramstack.policy import Permission, ServicePermissions, render_conditions


def abilities(services: Iterable[ServicePermissions]) -> Iterator[Ability]:
    """The most dangerous service first, and in it the most dangerous permission; those that read alike are one ability."""
    for service in services:
        alike: dict[tuple[tuple[str, ...], str], list[Permission]] = defaultdict(list)
        for one in service.permissions:
            alike[one.resources, render_conditions(one.when)].append(one)
        for (resources, when), group in alike.items():
            yield _ability(service, group, resources, when)


def _ability(
    service: ServicePermissions, group: list[Permission], resources: tuple[str, ...], when: str
) -> Ability:
    known = reduce(or_, (one.operations for one in group))
    return Ability(
        service=service.service,
        name=service.name,
        actions=known.folded,
        patterns=tuple(sorted({pattern for one in group for pattern in one.patterns})),
        count=len(known),
        access=tuple((str(access), len(some)) for access, some in known.levels),
        resources=resources,
        when=when,
    )
