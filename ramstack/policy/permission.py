"""What a change of policies means for a principal: what it can newly do and no longer do, service by service."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeVar

from ramstack.policy.catalogue import Access, find_service, known_operations, load_services
from ramstack.policy.compare import Comparison, Difference, compare
from ramstack.policy.decision import Answer, Grant
from ramstack.policy.document import Document
from ramstack.policy.escalation import escalations_in
from ramstack.policy.evaluate import evaluate
from ramstack.policy.request import Request
from ramstack.policy.situation import Literal

PolicySet = Iterable[Grant | Document]
Principal = TypeVar("Principal", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Permission:
    """One known operation, or all that a pattern stands for where operations are not known."""

    action: str
    access: frozenset[Access]
    """What it can do; empty where nobody knows."""
    resources: tuple[str, ...]
    when: tuple[Literal, ...]
    """Only where these conditions hold (or do not); empty: always."""
    witness: Request
    """A request that one side allows and the other does not."""
    rank: int = -1
    """The most dangerous first; what nobody knows comes before everything."""
    is_pattern: bool = False

    @property
    def is_conditional(self) -> bool:
        return bool(self.when)


@dataclass(frozen=True, slots=True)
class ServicePermissions:
    service: str
    """The code; of services that are not known the part of the pattern before the colon."""
    name: str
    permissions: tuple[Permission, ...]

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
    gained = [permission for found in comparison.gains for permission in _permissions(found)]
    lost = [permission for found in comparison.loses for permission in _permissions(found)]
    named = (permission.action for permission in gained if not permission.is_pattern)
    escalations = dict.fromkeys(
        (*escalations_in(named), *(one for wide in gained if wide.is_pattern for one in _within(wide, after)))
    )
    return PermissionDiff(_by_service(gained), _by_service(lost), tuple(escalations), comparison.undecided)


def _within(wide: Permission, after: tuple[Grant | Document, ...]) -> Iterator[str]:
    """The escalations that a pattern brings, of services whose operations are not listed; not those that a NotAction or a
    Deny leaves out.
    """
    for action in escalations_in((), [wide.action]):
        request = replace(wide.witness, action=action, resource=None)
        if find_service(action) is None and evaluate(after, request).answer in {Answer.ALLOW, Answer.DEPENDS}:
            yield action


def _permissions(found: Difference) -> list[Permission]:
    if not found.operations:
        return [
            Permission(
                _pattern_of(found), frozenset(), found.resources, found.when, found.witness, is_pattern=True
            )
        ]
    known = (known_operations()[action.lower()] for action in found.operations)
    return [
        Permission(one.action, one.access, found.resources, found.when, found.witness, one.rank)
        for one in known
    ]


def _pattern_of(found: Difference) -> str:
    """The pattern, narrowed to the service it was found for: ``*:Get*`` found for oss is ``oss:Get*``."""
    _, colon, operation = found.pattern.partition(":")
    if found.service == "*":
        return found.pattern if colon else "*:*"
    return f"{found.service}:{operation if colon else '*'}"


def _by_service(permissions: list[Permission]) -> tuple[ServicePermissions, ...]:
    ordered = sorted(permissions, key=lambda one: (_code(one), one.rank, one.action, one.resources, one.when))
    groups = [_service(code, tuple(group)) for code, group in groupby(ordered, key=_code)]
    return tuple(sorted(groups, key=lambda group: (group.rank, group.service)))


def _code(permission: Permission) -> str:
    return permission.action.partition(":")[0]


def _service(code: str, permissions: tuple[Permission, ...]) -> ServicePermissions:
    service = load_services().get(code)
    return ServicePermissions(code, service.name if service else "", permissions)


def summarize(actions: Iterable[str], limit: int = 8) -> tuple[str, ...]:
    """Operations by name up to a number, then by pattern and count: ``ice:Get* (75)``.

    A pattern stands only for operations that are all among the actions; the rest keeps its names.
    """
    names = sorted(set(actions))
    if len(names) <= limit:
        return tuple(names)
    groups = {stem: tuple(group) for stem, group in groupby(names, key=_stem)}
    lines = (_line(stem, group) for stem, group in groups.items())
    return tuple(line for group in lines for line in group)


def _line(stem: str, names: tuple[str, ...]) -> tuple[str, ...]:
    service = load_services().get(stem.partition(":")[0])
    known = {one.action for one in service.operations if one.action.startswith(stem)} if service else set()
    return (f"{stem}* ({len(names)})",) if len(names) > 1 and known == set(names) else names


def _stem(action: str) -> str:
    """``ice:Get`` of ``ice:GetMediaInfo``: the service and the first word."""
    code, _, name = action.partition(":")
    rest = next((at for at, letter in enumerate(name) if at and letter.isupper()), len(name))
    return f"{code}:{name[:rest]}"
