"""Resources: what an address may hold. Equality is what a plan compares; facts of the service do not take part.

In a wish, `None` in a field means "left out: not managed"; `complete` then takes the live value, so that a comparison of
two complete resources has no third state.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Literal, TypeVar

from ramstack.model.limits import MAX_CREATE_DISPLAY_NAME, SESSION
from ramstack.model.mark import NO_MARK, KeysMark
from ramstack.model.settings import AccountAlias, PasswordRules, SecurityPreference
from ramstack.policy import Document


@dataclass(frozen=True, slots=True)
class User:
    """A RAM user. `id` stays when the name changes."""

    name: str
    display_name: str | None = None
    comments: str | None = None
    email: str | None = None
    mobile: str | None = None
    protect: bool | None = None
    owner: str = ""
    id: str = field(default="", compare=False)
    frozen: bool = field(default=False, compare=False)
    provisioned_by: str = field(default="", compare=False)  # SCIM or CloudSSO; empty when made by hand
    mark: KeysMark = field(default=NO_MARK, compare=False)


@dataclass(frozen=True, slots=True)
class Group:
    """A RAM group; `comments` without the owner mark."""

    name: str
    comments: str | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """`text` is the stored document, unread: few are ever looked at. Empty when the service did not show it."""

    id: str
    is_default: bool
    created: str = ""
    text: str = field(default="", compare=False, repr=False)

    @property
    def number(self) -> int:
        """`v12` is 12: age among versions, since ids only grow."""
        digits = self.id.lstrip("v")
        return int(digits) if digits.isdigit() else 0


@dataclass(frozen=True, slots=True)
class Policy:
    """A custom policy. A live one that nobody asked the document of has `document` None."""

    name: str
    description: str | None = None
    document: Document | None = None
    owner: str = ""
    versions: tuple[PolicyVersion, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Role:
    """A role; `document` says who may assume it, None where nobody asked for it. `max_session_duration` is in seconds.

    `is_linked`: it belongs to a service, which alone changes it.
    """

    name: str
    description: str | None = None
    document: Document | None = None
    max_session_duration: int | None = None
    owner: str = ""
    is_linked: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Tag:
    value: str


@dataclass(frozen=True, slots=True)
class Membership:
    """A user is in a group; the address says which."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A policy is granted to a principal; the address says which."""


Standing = Literal["delivered", "foreign", "lost"]
"""Of a key: ramstack delivered it; somebody else made it; ramstack made it and nobody holds its secret."""


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key by its id; its secret is nowhere in the model. A wished one has no id yet, and the sink that it is for.

    `is_retired`: ramstack disabled it for good, and `retired` is when, a stamp. `used` is when it was last used: empty when never, None when
    nobody asked or nobody knows. `is_proven`: it was accepted when it was delivered, or made by somebody else.
    """

    id: str = ""
    status: str = "Active"
    sink: str = ""
    is_retired: bool = False
    created: str = field(default="", compare=False)
    standing: Standing = field(default="foreign", compare=False)
    retired: str = field(default="", compare=False)
    used: str | None = field(default=None, compare=False)
    is_proven: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class Console:
    """Logon with a password is on; the password itself is nowhere in the model.

    Where one is to be set, `password` says where it comes from and `sink` where it goes. `is_lost`: nobody knows the one that
    is set.
    """

    reset_required: bool = False
    mfa_required: bool = False
    password: str = ""
    sink: str = ""
    is_lost: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Mfa:
    """A second factor is bound."""

    serial: str


Resource = (
    User
    | Group
    | Policy
    | Role
    | Tag
    | Membership
    | Attachment
    | AccessKey
    | Console
    | Mfa
    | PasswordRules
    | SecurityPreference
    | AccountAlias
)
Root = User | Group | Policy | Role
R = TypeVar("R", User, Group, Policy, Role)

# Each field, and whether it is a fact of the service.
_FIELDS = {
    kind: tuple((each.name, not each.compare) for each in fields(kind))
    for kind in (User, Group, Policy, Role)
}


def _blank(wish: User | Group | Policy | Role) -> User | Group | Policy | Role:
    """What a new one has where nothing is wished. A user cannot be created without a display name."""
    match wish:
        case User(name=name):
            return User(name, name[:MAX_CREATE_DISPLAY_NAME], "", "", "", protect=False)
        case Group(name=name):
            return Group(name, "")
        case Policy(name=name):
            return Policy(name, "")
        case Role(name=name):
            return Role(name, "", max_session_duration=SESSION)


def in_words(resource: Resource, field: str) -> str:
    """A field as people call it: the document of a role is its trust."""
    return "trust" if isinstance(resource, Role) and field == "document" else field.replace("_", " ")


def complete(wish: R, live: R | None) -> R:
    """The wish with every unmanaged field filled: from the live resource, or with what a new one has."""
    base = live or _blank(wish)
    taken = {
        name: getattr(base, name)
        for name, is_fact in _FIELDS[type(wish)]
        if is_fact or getattr(wish, name) is None
    }
    return replace(wish, **taken)
