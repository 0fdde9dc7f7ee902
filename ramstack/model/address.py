"""Addresses: the name that everything managed has before it exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, unquote

PrincipalKind = Literal["user", "group", "role"]
PolicyType = Literal["system", "custom"]
Kind = Literal[
    "user",
    "tag",
    "membership",
    "attachment",
    "access_key",
    "console",
    "mfa",
    "group",
    "policy",
    "role",
    "password_policy",
    "security_preference",
    "account_alias",
]

_CHILD_KINDS: dict[str, Kind] = {
    "tag": "tag",
    "group": "membership",
    "policy": "attachment",
    "access-key": "access_key",
    "console": "console",
    "mfa": "mfa",
}
_ROOT_KINDS: dict[str, Kind] = {"user": "user", "group": "group", "policy": "policy", "role": "role"}
_SETTING_KINDS: dict[str, Kind] = {
    "password-policy": "password_policy",
    "security-preference": "security_preference",
    "alias": "account_alias",
}
_READABLE = ":@+=,"
ROOT = 2  # parts of the address of a user, group, policy or role


@dataclass(frozen=True, slots=True, order=True)
class PolicyRef:
    """A policy named exactly: which catalogue it is in, and its name there."""

    type: PolicyType
    name: str

    def __str__(self) -> str:
        return f"{self.type}/{self.name}"


class Address(tuple[str, ...]):
    """`user/alice`, `user/alice/tag/env`, `group/readers/policy/custom/x`: sortable, and text is its only outer form.

    A grant at resource-group scope ends in `@rg-…`. It is a tuple of its parts, because accounts are maps with tens of
    thousands of them, and nothing hashes and sorts faster.
    """

    __slots__ = ()

    @property
    def parts(self) -> tuple[str, ...]:
        return self

    def __str__(self) -> str:
        return "/".join(quote(part, safe=_READABLE) for part in self)

    @classmethod
    def parse(cls, text: str) -> Address:
        """The inverse of `str`. Raises ValueError for what no resource can have as its address."""
        address = cls(tuple(unquote(part) for part in text.split("/")))
        if not (all(address.parts) and _is_root(address.parts[:ROOT]) and _has_shape(address.parts)):
            raise ValueError(f"not an address: {text!r} (such as user/alice or user/alice/tag/env)")
        return address

    @property
    def kind(self) -> Kind:
        if len(self) != ROOT:
            return _CHILD_KINDS[self[2]]
        return _SETTING_KINDS[self[1]] if self[0] == "account" else _ROOT_KINDS[self[0]]

    @property
    def root(self) -> Address:
        """The principal or policy that this belongs to."""
        return self if len(self) == ROOT else Address(self[:ROOT])

    @property
    def is_root(self) -> bool:
        return len(self) == ROOT

    @property
    def name(self) -> str:
        """The name of the root: `alice` for everything below `user/alice`."""
        return self[1]

    @property
    def principal_kind(self) -> PrincipalKind:
        """What kind of principal the root is. Raises ValueError when it is a policy."""
        match self[0]:
            case "user" | "group" | "role" as kind:
                return kind
            case kind:
                raise ValueError(f"a {kind} is no principal")

    @property
    def tag_key(self) -> str:
        return self[3]

    @property
    def slot(self) -> str:
        """`1` or `2` of an access key."""
        return self[3]

    @property
    def group(self) -> Address:
        """The group that a membership is in."""
        return group_address(self[3])

    @property
    def policy(self) -> PolicyRef:
        """The policy that an attachment grants."""
        name = self[4].partition("@")[0]
        return PolicyRef("system" if self[3] == "system" else "custom", name)

    @property
    def resource_group(self) -> str:
        """The resource group that an attachment is limited to; empty at account scope."""
        return self[4].partition("@")[2]

    @property
    def target(self) -> Address:
        """What a membership or a custom policy's attachment refers to; for anything else, its own root."""
        match self.kind:
            case "membership":
                return self.group
            case "attachment" if self[3] == "custom":
                return Address(("policy", self[4].partition("@")[0]))
            case _:
                return self.root

    def under(self, root: Address) -> Address:
        """The same thing below another root: how a rename moves a subtree."""
        return Address(root.parts + self[2:])


def _is_root(parts: tuple[str, ...]) -> bool:
    return parts[0] in _ROOT_KINDS or (parts[0] == "account" and parts[-1] in _SETTING_KINDS)


def _has_shape(parts: tuple[str, ...]) -> bool:
    match parts:
        case (_, _):
            return True
        case ("account", *_):
            return False
        case (_, _, "policy", "system" | "custom", _):
            return True
        case ("role", _, "tag", _):
            return True
        case (_, _, "tag" | "group" | "access-key", _) | (_, _, "console" | "mfa"):
            return parts[0] == "user"
        case _:
            return False


def user_address(name: str) -> Address:
    return Address(("user", name))


def group_address(name: str) -> Address:
    return Address(("group", name))


def policy_address(name: str) -> Address:
    return Address(("policy", name))


def role_address(name: str) -> Address:
    return Address(("role", name))


def tag_address(root: Address, key: str) -> Address:
    return Address((*root.parts, "tag", key))


def membership_address(user: Address, group: str) -> Address:
    return Address((*user.parts, "group", group))


def attachment_address(principal: Address, policy: PolicyRef, resource_group: str = "") -> Address:
    suffix = f"@{resource_group}" if resource_group else ""
    return Address((*principal.parts, "policy", policy.type, policy.name + suffix))


def access_key_address(user: Address, slot: int) -> Address:
    """Keys have no names: the oldest is slot 1, and the key's id is a value."""
    return Address((*user.parts, "access-key", str(slot)))


def console_address(user: Address) -> Address:
    return Address((*user.parts, "console"))


def mfa_address(user: Address) -> Address:
    return Address((*user.parts, "mfa"))
