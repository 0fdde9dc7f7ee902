"""The port: two Protocols, one that reads and one that writes, and the rows that reading yields.

Readers must return every row of every page, in the service's order, or raise; an optional value that the service left out
is the empty string. They must not decide anything: which calls to make is the account reader's business.
The reader's type has no write method: that is how "plan never writes" is more than a promise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Protocol

from ramstack.model.address import Address, PolicyRef, PrincipalKind
from ramstack.model.call import Call
from ramstack.model.passwordpolicy import PasswordPolicy
from ramstack.model.secret import Secret
from ramstack.model.settings import Setting


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking: STS GetCallerIdentity."""

    account: str
    arn: str
    identity_type: str = ""


@dataclass(frozen=True, slots=True)
class UserRow:
    """IMS ListUsers; `name` is the principal name without its domain. `tags` is empty also when the answer carries none."""

    id: str
    name: str
    display_name: str = ""
    comments: str = ""
    email: str = ""
    mobile: str = ""
    status: str = ""
    provision_type: str = ""
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RecycledRow:
    """IMS ListUsersInRecycleBin: a user that was deleted, by the name it had then."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class TagRow:
    """IMS ListTagResources: one user's one tag; of RAM's, the name of a role stands for its id."""

    user_id: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class KeyRow:
    """RAM ListAccessKeys; never a secret."""

    id: str
    status: str
    created: str = ""


@dataclass(frozen=True, slots=True)
class LoginRow:
    """RAM GetLoginProfile; never a password."""

    reset_required: bool
    mfa_required: bool
    created: str = ""


@dataclass(frozen=True, slots=True)
class GroupRow:
    name: str
    comments: str = ""


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """RAM ListPolicies and GetPolicy: no document. `tags` only in the first. An `attachment_count` of None: the service
    did not say.
    """

    ref: PolicyRef
    description: str = ""
    default_version: str = ""
    attachment_count: int | None = 0
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RoleRow:
    """RAM ListRoles and GetRole. `document`, the trust policy, and `is_linked` only in the second, `tags` in the first."""

    name: str
    description: str = ""
    max_session_duration: int | None = None
    document: str = ""
    is_linked: bool = False
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class VersionRow:
    """RAM ListPolicyVersions."""

    id: str
    is_default: bool
    document: str
    created: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A grant; `resource_group` is empty at account scope."""

    kind: PrincipalKind
    principal: str
    policy: PolicyRef
    resource_group: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentPage:
    """Resource Manager ListPolicyAttachments: one page of `total` rows."""

    total: int
    rows: tuple[AttachmentRow, ...]

    @property
    def count(self) -> int:
        """How many pages there are, if this is the first: it is as long as the others, asked for or not."""
        return ceil(self.total / len(self.rows)) if self.rows else 1


class Reader(Protocol):
    """Reads of one account. Every method may raise a GatewayError: Denied, Throttled (after retries), Unreachable."""

    def calls_made(self) -> int:
        """How many requests have left so far, retries included."""
        ...

    def caller(self) -> Caller: ...

    def default_domain(self) -> str:
        """The part of logon names after the @."""
        ...

    def quotas(self) -> Mapping[str, int]:
        """What the account tells of its own quotas, by the names of `model.quotas`; what it does not tell is left out."""
        ...

    def users(self) -> Iterator[UserRow]:
        """Active and frozen ones alike, 1,000 a page."""
        ...

    def users_without_tags(self) -> Iterator[UserRow]:
        """The same users as RAM lists them: no tags, no status, 1,000 a page."""
        ...

    def user_tags(self, user_ids: tuple[str, ...]) -> Iterator[TagRow]:
        """All tags of up to 50 users."""
        ...

    def users_tagged(self, key: str) -> Iterator[TagRow]:
        """Every user that carries tag `key`, lazily: the first 100 cost one call."""
        ...

    def user(self, name: str) -> UserRow | None:
        """One user without its tags, to settle a write; None when there is none."""
        ...

    def recycled_users(self) -> Iterator[RecycledRow]:
        """Users in the recycle bin, 100 a page; the service keeps at most 1,000, for 30 days."""
        ...

    def access_keys(self, user: str) -> tuple[KeyRow, ...]:
        """A user's keys, the oldest first."""
        ...

    def last_used(self, user: str, key_id: str) -> str:
        """When a key was last used, a stamp; empty when the service knows of no use."""
        ...

    def login_profile(self, user: str) -> LoginRow | None:
        """Console logon; None when it is off."""
        ...

    def password_policy(self) -> PasswordPolicy:
        """What the account asks of new passwords."""
        ...

    def setting(self, address: Address) -> Setting:
        """Password policy, security preference or alias of the account, every field that the service tells."""
        ...

    def mfa_serial(self, user: str) -> str:
        """The second factor that is bound; empty when there is none."""
        ...

    def groups(self) -> Iterator[GroupRow]: ...

    def group(self, name: str) -> GroupRow | None:
        """One group, to settle a write; None when there is none."""
        ...

    def members(self, group: str) -> Iterator[str]:
        """The names of a group's users."""
        ...

    def groups_of(self, user: str) -> tuple[str, ...]:
        """The names of a user's groups. Raises NotFound."""
        ...

    def roles(self) -> Iterator[RoleRow]:
        """Without their trust policies, 1,000 a page."""
        ...

    def role(self, name: str) -> RoleRow | None:
        """One role with its trust policy, without its tags; None when there is none."""
        ...

    def role_tags(self, names: tuple[str, ...]) -> Iterator[TagRow]:
        """All tags of up to 50 roles; the names stand for the ids."""
        ...

    def roles_tagged(self, key: str) -> Iterator[TagRow]:
        """Every role that carries tag `key`; the names stand for the ids."""
        ...

    def policies(self) -> Iterator[PolicyRow]:
        """System and custom, 1,000 a page."""
        ...

    def policies_tagged(self, key: str) -> Iterator[tuple[str, str]]:
        """Name and value for every custom policy that carries tag `key`."""
        ...

    def policy(self, ref: PolicyRef) -> PolicyRow | None:
        """One policy, without its tags; None when there is no such one."""
        ...

    def policy_versions(self, ref: PolicyRef) -> tuple[VersionRow, ...]:
        """Every version with its document; the default one always has its document filled."""
        ...

    def attachment_page(self, number: int) -> AttachmentPage:
        """Page `number` (from 1) of the account's grants at every scope."""
        ...

    def entities_of(self, ref: PolicyRef) -> tuple[AttachmentRow, ...]:
        """Everybody who has the policy at account scope."""
        ...

    def policies_of(self, principal: Address) -> tuple[AttachmentRow, ...]:
        """What a user, group or role has at account scope, groups' policies left out. Raises NotFound."""
        ...


@dataclass(frozen=True, slots=True)
class NewKey:
    """The only time that the service tells a key's secret."""

    id: str
    secret: Secret
    created: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The service's word that a call was carried out; `key` is what CreateAccessKey made."""

    request_id: str
    key: NewKey | None = None


class Writer(Protocol):
    """The only write in the program."""

    def calls_made(self) -> int:
        """How many requests have left so far, retries and the writer's own reads included."""
        ...

    def await_turn(self, call: Call) -> None:
        """Wait until the account's rate lets `call` leave. Turns are given in the order in which they are asked for.

        For a caller that issues from one thread, in a stable order, and hands the waiting for replies to others.
        """
        ...

    def perform(self, call: Call, *, has_turn: bool = False) -> Receipt:
        """Carry out one call, at the account's rate; `has_turn` when `await_turn` was called for it.

        Must repeat only what is known not to have happened (throttled before processing). Raises Refused, Throttled,
        Unreachable (nothing was sent) or Uncertain (sent, and no trustworthy answer).
        """
        ...


__all__ = [
    "AttachmentPage",
    "AttachmentRow",
    "Caller",
    "GroupRow",
    "KeyRow",
    "LoginRow",
    "NewKey",
    "PolicyRow",
    "Reader",
    "Receipt",
    "RecycledRow",
    "RoleRow",
    "TagRow",
    "UserRow",
    "VersionRow",
    "Writer",
]
