"""Unread: parts of an account that could not be read. Nothing may be concluded about them, least of all that they are empty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ramstack.model.address import Address, Kind, PolicyRef

_BELOW: dict[Kind, frozenset[Kind]] = {
    "user": frozenset({"membership", "attachment", "access_key", "console", "mfa"}),
    "group": frozenset({"membership", "attachment"}),
    "role": frozenset({"attachment", "tag"}),
    "policy": frozenset({"attachment"}),
}


_SETTINGS: dict[Kind, str] = {
    "password_policy": "PasswordPolicy",
    "security_preference": "SecurityPreference",
    "account_alias": "AccountAlias",
}


@dataclass(frozen=True, slots=True)
class Unread:
    """What could not be read, the permission that it takes, and the addresses that it hides.

    These are those of `kinds` that belong or refer to `about`, or all of them. `scoped`: only grants at resource-group scope.
    `is_list`: not even which there are is known, so that what was not seen may be there all the same.
    """

    what: str
    permission: str
    kinds: frozenset[Kind]
    about: Address | PolicyRef | None = None
    scoped: bool = False
    is_list: bool = False

    @property
    def hides_owners(self) -> bool:
        """Nobody can tell what a stack owns and no longer declares."""
        return self.about is None and bool(self.kinds & _BELOW.keys())

    def hides(self, address: Address) -> bool:
        """Whether `address` is there, and what it holds, is not known."""
        if address.kind not in self.kinds or (self.scoped and not address.resource_group):
            return False
        match self.about:
            case None:
                return True
            case PolicyRef() as policy:
                return address.policy == policy
            case about:
                return about in (address.root, address.target)

    def may_hang_on(self, root: Address) -> bool:
        """Something unseen may belong or refer to `root`, which then cannot be deleted."""
        if not self.kinds & _BELOW.get(root.kind, frozenset()):
            return False
        match self.about:
            case None:
                return True
            case PolicyRef() as policy:
                return root.kind != "policy" or policy == PolicyRef("custom", root.name)
            case about:
                return about.kind != root.kind or about == root


def tags_of_users() -> Unread:
    """Whose a user is stands in its tags."""
    return Unread("the tags of users", "ram:ListTagResources", frozenset({"user", "tag"}))


def tags_of_policies() -> Unread:
    """Whose a policy is stands in its tags."""
    return Unread("the tags of policies", "ram:ListTagResources", frozenset({"policy"}))


def roles() -> Unread:
    return Unread("roles", "ram:ListRoles", frozenset({"role"}), is_list=True)


def tags_of_roles() -> Unread:
    """Whose a role is stands in its tags."""
    return Unread("the tags of roles", "ram:ListTagResources", frozenset({"role"}))


def trust_of_role(role: Address) -> Unread:
    return Unread(f"who may assume {role}", "ram:GetRole", frozenset({"role"}), role)


def setting(address: Address) -> Unread:
    return Unread(
        f"the setting {address}", f"ram:Get{_SETTINGS[address.kind]}", frozenset({address.kind}), address
    )


def scoped_grants() -> Unread:
    return Unread(
        "grants at resource-group scope",
        "resourcemanager:ListPolicyAttachments",
        frozenset({"attachment"}),
        scoped=True,
    )


def document_of_policy(name: str) -> Unread:
    return Unread(
        f"the document of policy/{name}",
        "ram:ListPolicyVersions",
        frozenset({"policy"}),
        Address(("policy", name)),
    )


def holders_of_policy(ref: PolicyRef) -> Unread:
    return Unread(f"who has {ref}", "ram:ListEntitiesForPolicy", frozenset({"attachment"}), ref)


def members_of_group(group: Address) -> Unread:
    return Unread(f"the members of {group}", "ram:ListUsersForGroup", frozenset({"membership"}), group)


def groups_of_user(user: Address) -> Unread:
    return Unread(f"the groups of {user}", "ram:ListGroupsForUser", frozenset({"membership"}), user)


def credentials_of_user(user: Address, kinds: frozenset[Kind]) -> Unread:
    permissions = {
        "access_key": "ram:ListAccessKeys",
        "console": "ram:GetLoginProfile",
        "mfa": "ram:GetUserMFAInfo",
    }
    needed = ", ".join(permission for kind, permission in permissions.items() if kind in kinds)
    return Unread(f"the credentials of {user}", needed, kinds, user)


def grants_of(principal: Address) -> Unread:
    return Unread(
        f"the policies of {principal}",
        f"ram:ListPoliciesFor{principal.kind.title()}",
        frozenset({"attachment"}),
        principal,
    )


def hidden_by(unread: Iterable[Unread], address: Address) -> bool:
    """Whether any of these hides the address."""
    return any(part.hides(address) for part in unread)
