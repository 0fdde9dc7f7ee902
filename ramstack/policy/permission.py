"""What a change of policies means for a principal: what it can newly do and no longer do, service by service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from itertools import starmap
from operator import or_
from typing import TypeVar

from ramstack.policy.catalogue import find_service, load_services
from ramstack.policy.compare import Comparison, Difference, compare
from ramstack.policy.decision import Answer, Grant
from ramstack.policy.document import Document
from ramstack.policy.escalation import ESCALATIONS, can_be_identity, escalations_in
from ramstack.policy.evaluate import evaluate
from ramstack.policy.operations import Operations, operations_of
from ramstack.policy.situation import Literal

PolicySet = Iterable[Grant | Document]
_Terms = tuple[tuple[str, ...], tuple[Literal, ...]]
Principal = TypeVar("Principal", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Permission:
    """Operations of one service that share resources and conditions."""

    operations: Operations
    """The known ones."""
    patterns: tuple[str, ...]
    """What stands for all that is not known by name, sorted."""
    resources: tuple[str, ...]
    when: tuple[Literal, ...]
    """Only where these conditions hold (or do not); empty: always."""

    @property
    def rank(self) -> int:
        """The most dangerous first; what nobody knows comes before everything."""
        return -1 if self.patterns else self.operations.levels[0][0].rank


@dataclass(frozen=True, slots=True)
class ServicePermissions:
    service: str
    """The code; of services that are not known the part of the pattern before the colon."""
    permissions: tuple[Permission, ...]

    @property
    def name(self) -> str:
        service = load_services().get(self.service)
        return service.name if service else ""

    @property
    def rank(self) -> int:
        return min(permission.rank for permission in self.permissions)


@dataclass(frozen=True, slots=True)
class PermissionDiff:
    """Dangerous services and operations first."""

    gains: tuple[ServicePermissions, ...] = ()
    loses: tuple[ServicePermissions, ...] = ()
    escalations: tuple[str, ...] = ()
    """The newly allowed operations that lead to administrator level."""
    undecided: bool = False
    """The computation was given up: there may be more gains than are listed."""

    @property
    def grants_admin(self) -> bool:
        return bool(self.escalations)

    @property
    def is_empty(self) -> bool:
        return not (self.gains or self.loses or self.undecided)


def permission_diff(before: PolicySet, after: PolicySet, account: str | None = None) -> PermissionDiff:
    """What whoever has ``after`` instead of ``before`` can newly do and no longer do."""
    new = tuple(after)
    return _diff_of(compare(before, new, account), new)


def permission_diffs(
    changes: Mapping[Principal, tuple[PolicySet, PolicySet]], account: str | None = None
) -> dict[Principal, PermissionDiff]:
    """The diffs of many principals. Equal pairs of policy sets are computed once."""
    known: dict[object, PermissionDiff] = {}
    diffs: dict[Principal, PermissionDiff] = {}
    for principal, (before, after) in changes.items():
        old, new = _key(before), _key(after)
        if (old, new) not in known:
            known[old, new] = permission_diff(before, after, account)
        diffs[principal] = known[old, new]
    return diffs


def _key(policies: PolicySet) -> frozenset[object]:
    return frozenset(
        (policy.document.normal, policy.resource_group)
        if isinstance(policy, Grant)
        else (policy.normal, None)
        for policy in policies
    )


def _diff_of(comparison: Comparison, after: tuple[Grant | Document, ...]) -> PermissionDiff:
    known = (name for gain in comparison.gains for name in (gain.operations & _leading(gain.service)).names)
    wide = (name for gain in comparison.gains if gain.pattern for name in _within(gain, after))
    escalations = tuple(dict.fromkeys((*escalations_in(known), *wide)))
    gains, loses = (_by_service(side) for side in (comparison.gains, comparison.loses))
    return PermissionDiff(gains, loses, escalations, comparison.undecided)


def _leading(service: str) -> Operations:
    """The operations of a service that lead to administrator level."""
    return operations_of(service, frozenset(ESCALATIONS))


def _within(wide: Difference, after: tuple[Grant | Document, ...]) -> Iterator[str]:
    """The escalations that a pattern brings, of services whose operations are not listed; not those that a NotAction or a
    Deny leaves out, and none on resources of other services.
    """
    if not any(map(can_be_identity, wide.resources)):
        return
    for action in escalations_in((), [_pattern_of(wide)]):
        request = replace(wide.witness, action=action, resource=None)
        if find_service(action) is None and evaluate(after, request).answer in {Answer.ALLOW, Answer.DEPENDS}:
            yield action


def _by_service(found: Iterable[Difference]) -> tuple[ServicePermissions, ...]:
    groups: dict[str, dict[_Terms, list[Difference]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        code = _pattern_of(one).partition(":")[0].lower() if one.pattern else one.service
        groups[code][one.resources, one.when].append(one)
    services = [
        ServicePermissions(code, tuple(sorted(starmap(_permission, alike.items()), key=_order)))
        for code, alike in groups.items()
    ]
    return tuple(sorted(services, key=lambda group: (group.rank, group.service)))


def _permission(terms: _Terms, alike: list[Difference]) -> Permission:
    operations = reduce(or_, (one.operations for one in alike))
    patterns = tuple(sorted({_pattern_of(one) for one in alike if one.pattern}))
    return Permission(operations, patterns, *terms)


def _order(permission: Permission) -> tuple[int, _Terms]:
    return permission.rank, (permission.resources, permission.when)


def _pattern_of(found: Difference) -> str:
    """The pattern, narrowed to the service it was found for: ``*:Get*`` found for oss is ``oss:Get*``."""
    _, colon, operation = found.pattern.partition(":")
    if found.service == "*":
        return found.pattern if colon else "*:*"
    return f"{found.service}:{operation if colon else '*'}"
