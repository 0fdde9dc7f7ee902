"""Checks of names: what they may consist of, and that no two are in each other's way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ramstack.model.address import Address, group_address, policy_address, role_address, user_address
from ramstack.model.limits import (
    ACCOUNT_ID,
    GROUP_NAME,
    LINEAGE,
    POLICY_NAME,
    ROLE_NAME,
    STACK_NAME,
    USER_NAME,
)
from ramstack.model.problem import Problem, error, warning
from ramstack.stackfile.draft import Declared, Draft
from ramstack.stackfile.forms import GroupForm, PolicyForm, UserForm
from ramstack.stackfile.node import Scalar
from ramstack.stackfile.wording import shown

LOCK_PREFIX = "ramstack-lock-"


@dataclass(frozen=True, slots=True)
class NameRule:
    """What a name may consist of: for the program, and in words."""

    pattern: re.Pattern[str]
    words: str

    def allows(self, name: str) -> bool:
        return self.pattern.fullmatch(name) is not None

    def breach(self, what: str, name: Scalar, address: Address | None = None) -> Iterator[Problem]:
        if not self.allows(name.text):
            detail = f"{shown(name.text)} cannot be {what}: it takes {self.words}."
            yield error("invalid-name", "Invalid name", detail, address=address, origin=name.origin)


GROUP_RULE: Final = NameRule(GROUP_NAME, "1 to 64 letters, digits, `.`, `-` or `_`")
POLICY_RULE: Final = NameRule(POLICY_NAME, "1 to 128 letters, digits or `-`")
ROLE_RULE: Final = NameRule(ROLE_NAME, "1 to 64 letters, digits, `.` or `-`")
USER_RULE: Final = NameRule(USER_NAME, "1 to 64 letters, digits, `.`, `-` or `_`")

_HEADER_RULES: Mapping[str, tuple[str, NameRule]] = MappingProxyType(
    {
        "stack": ("the name of a stack", NameRule(STACK_NAME, "1 to 40 lower-case letters, digits or `-`")),
        "lineage": ("a lineage", NameRule(LINEAGE, "4 to 16 lower-case letters or digits")),
        "account": ("an account", NameRule(ACCOUNT_ID, "16 digits, the id of an account")),
    }
)


def check_header(draft: Draft) -> Iterator[Problem]:
    for key, (what, rule) in _HEADER_RULES.items():
        if key in draft.header:
            yield from rule.breach(what, draft.header[key])
    if draft.name and not any(sheet.mentions("lineage") for sheet in draft.sheets):
        detail = (
            f"The stack {shown(draft.name)} has no lineage, so a stack of this name in another repository would take its"
            " things for its own. Add `lineage:` with 4 to 16 letters or digits of your choice, and never change it."
        )
        yield warning("no-lineage", "No lineage", detail, origin=draft.origin)


def check_names(draft: Draft) -> Iterator[Problem]:
    """All names of a draft: users, groups, policies, roles."""
    for user in draft.users.values():
        yield from check_user_name(user)
        yield from _check_rename(user, draft.users, USER_RULE, user_address(user.name))
    for group in draft.groups.values():
        yield from GROUP_RULE.breach("the name of a group", group.key, group_address(group.name))
        yield from _check_rename(group, draft.groups, GROUP_RULE, group_address(group.name))
    for policy in draft.policies.values():
        yield from check_policy_name(policy)
    for role in draft.roles.values():
        yield from ROLE_RULE.breach("the name of a role", role.key, role_address(role.name))
    yield from _check_heirs(draft.users.values(), user_address)
    yield from _check_heirs(draft.groups.values(), group_address)


def check_user_name(user: Declared[UserForm]) -> Iterator[Problem]:
    address = user_address(user.name)
    yield from USER_RULE.breach("the name of a user", user.key, address)
    if user.name.startswith("-"):
        detail = f"{shown(user.name)} begins with `-`, which the service may refuse. Choose another first character."
        yield warning("user-name-dash", "Name begins with -", detail, address=address, origin=user.origin)


def check_policy_name(policy: Declared[PolicyForm]) -> Iterator[Problem]:
    address = policy_address(policy.name)
    yield from POLICY_RULE.breach("the name of a custom policy", policy.key, address)
    if policy.name.startswith(LOCK_PREFIX):
        detail = f"{shown(policy.name)} is reserved: names that begin with {LOCK_PREFIX} are the locks of ramstack."
        yield error("reserved-name", "Reserved name", detail, address=address, origin=policy.origin)


def check_case(*collections: Iterable[tuple[Scalar, Address]]) -> Iterator[Problem]:
    """Names of one kind that differ in nothing but case, or not at all, each with the place of the other."""
    for collection in collections:
        seen: dict[str, dict[str, Scalar]] = {}
        for key, address in collection:
            alike = seen.setdefault(key.text.lower(), {})
            for text, other in alike.items():
                yield (
                    _same_name(key, other, address) if text == key.text else _other_case(key, other, address)
                )
            alike.setdefault(key.text, key)


def _same_name(key: Scalar, other: Scalar, address: Address) -> Problem:
    detail = f"{shown(key.text)} is declared by another stack too, at {other.origin}. It can have one owner."
    return error("declared-twice", "Declared twice", detail, address=address, origin=key.origin)


def _other_case(key: Scalar, other: Scalar, address: Address) -> Problem:
    detail = f"{shown(key.text)} and {shown(other.text)} ({other.origin}) differ only in case. Choose another name."
    return error("name-case", "Names differ only in case", detail, address=address, origin=key.origin)


def _check_rename(
    declared: Declared[UserForm] | Declared[GroupForm],
    others: Mapping[str, Declared[UserForm]] | Mapping[str, Declared[GroupForm]],
    rule: NameRule,
    address: Address,
) -> Iterator[Problem]:
    old = declared.form.renamed_from
    if old is None:
        return
    origin = declared.place("renamed_from")
    if not rule.allows(old):
        detail = f"{shown(old)} was never a name: one takes {rule.words}."
        yield error("invalid-name", "Invalid name", detail, address=address, origin=origin)
    elif old == declared.name:
        detail = f"{shown(old)} is already its name. Remove renamed_from, or write the name until now."
        yield error("renamed-from", "Impossible rename", detail, address=address, origin=origin)
    elif old in others:
        detail = f"{shown(old)} is declared itself at {others[old].origin}, so it cannot become {shown(declared.name)} as well."
        yield error("renamed-from", "Impossible rename", detail, address=address, origin=origin)


def _check_heirs(
    declarations: Iterable[Declared[UserForm] | Declared[GroupForm]], address_of: Callable[[str], Address]
) -> Iterator[Problem]:
    heirs: dict[str, Declared[UserForm] | Declared[GroupForm]] = {}
    for declared in declarations:
        old = declared.form.renamed_from
        if old is not None and heirs.setdefault(old, declared) is not declared:
            detail = f"{shown(old)} is already to become {shown(heirs[old].name)} ({heirs[old].origin}). It can become one only."
            origin, address = declared.place("renamed_from"), address_of(declared.name)
            yield error("renamed-from", "Impossible rename", detail, address=address, origin=origin)


def keys_with_addresses(drafts: Iterable[Draft]) -> tuple[list[tuple[Scalar, Address]], ...]:
    """The names of all drafts by kind: what `check_case` takes."""
    drafts = tuple(drafts)
    return (
        [(user.key, user_address(name)) for draft in drafts for name, user in draft.users.items()],
        [(group.key, group_address(name)) for draft in drafts for name, group in draft.groups.items()],
        [(policy.key, policy_address(name)) for draft in drafts for name, policy in draft.policies.items()],
        [(role.key, role_address(name)) for draft in drafts for name, role in draft.roles.items()],
    )
