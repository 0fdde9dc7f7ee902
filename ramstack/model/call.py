"""Calls: what the wire does. A step is a call and the changes it covers; a batch leaves together.

Each call knows the API whose rate it spends (`product:Action`), nothing else about the wire.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from ramstack.model.address import Address, PolicyRef, PrincipalKind
from ramstack.model.secret import Secret

Tags = tuple[tuple[str, str], ...]

_TITLE: dict[PrincipalKind, str] = {"user": "User", "group": "Group", "role": "Role"}


@dataclass(frozen=True, slots=True)
class CreateUser:
    """IMS CreateUser: the tags, and so the owner mark, are there from birth."""

    name: str
    display_name: str
    comments: str
    email: str
    mobile: str
    tags: Tags

    api: ClassVar[str] = "ims:CreateUser"


@dataclass(frozen=True, slots=True)
class RestoreUser:
    """Out of the recycle bin of IMS, with the id that it had. What else comes back is not documented."""

    name: str
    user_id: str

    api: ClassVar[str] = "ims:RestoreUserFromRecycleBin"


@dataclass(frozen=True, slots=True)
class UpdateUser:
    """Fields that are None are left as they are."""

    name: str
    new_name: str | None = None
    display_name: str | None = None
    comments: str | None = None
    email: str | None = None
    mobile: str | None = None

    api: ClassVar[str] = "ram:UpdateUser"


@dataclass(frozen=True, slots=True)
class DeleteUser:
    name: str

    api: ClassVar[str] = "ram:DeleteUser"


@dataclass(frozen=True, slots=True)
class TagUsers:
    """Up to 50 users and 20 tags a call; an existing key gets the new value."""

    names: tuple[str, ...]
    tags: Tags

    api: ClassVar[str] = "ims:TagResources"


@dataclass(frozen=True, slots=True)
class UntagUsers:
    names: tuple[str, ...]
    keys: tuple[str, ...]

    api: ClassVar[str] = "ims:UntagResources"


@dataclass(frozen=True, slots=True)
class CreateGroup:
    """`comments` as stored, owner mark included."""

    name: str
    comments: str

    api: ClassVar[str] = "ram:CreateGroup"


@dataclass(frozen=True, slots=True)
class UpdateGroup:
    name: str
    new_name: str | None = None
    comments: str | None = None

    api: ClassVar[str] = "ram:UpdateGroup"


@dataclass(frozen=True, slots=True)
class DeleteGroup:
    name: str

    api: ClassVar[str] = "ram:DeleteGroup"


@dataclass(frozen=True, slots=True)
class AddUserToGroup:
    user: str
    group: str

    api: ClassVar[str] = "ram:AddUserToGroup"


@dataclass(frozen=True, slots=True)
class RemoveUserFromGroup:
    user: str
    group: str

    api: ClassVar[str] = "ram:RemoveUserFromGroup"


@dataclass(frozen=True, slots=True)
class CreatePolicy:
    name: str
    document: str
    description: str
    tags: Tags

    api: ClassVar[str] = "ram:CreatePolicy"


@dataclass(frozen=True, slots=True)
class CreatePolicyVersion:
    """The new version becomes the default one."""

    name: str
    document: str

    api: ClassVar[str] = "ram:CreatePolicyVersion"


@dataclass(frozen=True, slots=True)
class SetDefaultPolicyVersion:
    """A version that is there already becomes the default one."""

    name: str
    version: str

    api: ClassVar[str] = "ram:SetDefaultPolicyVersion"


@dataclass(frozen=True, slots=True)
class DeletePolicyVersion:
    name: str
    version: str

    api: ClassVar[str] = "ram:DeletePolicyVersion"


@dataclass(frozen=True, slots=True)
class UpdatePolicyDescription:
    name: str
    description: str

    api: ClassVar[str] = "ram:UpdatePolicyDescription"


@dataclass(frozen=True, slots=True)
class TagPolicies:
    names: tuple[str, ...]
    tags: Tags

    api: ClassVar[str] = "ram:TagResources"


@dataclass(frozen=True, slots=True)
class UntagPolicies:
    names: tuple[str, ...]
    keys: tuple[str, ...]

    api: ClassVar[str] = "ram:UntagResources"


@dataclass(frozen=True, slots=True)
class CreateRole:
    """`document` says who may assume it; the session is in seconds."""

    name: str
    document: str
    description: str
    max_session_duration: int
    tags: Tags

    api: ClassVar[str] = "ram:CreateRole"


@dataclass(frozen=True, slots=True)
class UpdateRole:
    """Fields that are None are left as they are."""

    name: str
    document: str | None = None
    description: str | None = None
    max_session_duration: int | None = None

    api: ClassVar[str] = "ram:UpdateRole"


@dataclass(frozen=True, slots=True)
class DeleteRole:
    name: str

    api: ClassVar[str] = "ram:DeleteRole"


@dataclass(frozen=True, slots=True)
class TagRoles:
    names: tuple[str, ...]
    tags: Tags

    api: ClassVar[str] = "ram:TagResources"


@dataclass(frozen=True, slots=True)
class UntagRoles:
    names: tuple[str, ...]
    keys: tuple[str, ...]

    api: ClassVar[str] = "ram:UntagResources"


@dataclass(frozen=True, slots=True)
class SetPasswordPolicy:
    """`values`: every field by its name in the model, as text."""

    values: tuple[tuple[str, str], ...]

    api: ClassVar[str] = "ram:SetPasswordPolicy"


@dataclass(frozen=True, slots=True)
class SetSecurityPreference:
    """`values`: every field by its name in the model, as text."""

    values: tuple[tuple[str, str], ...]

    api: ClassVar[str] = "ram:SetSecurityPreference"


@dataclass(frozen=True, slots=True)
class SetAccountAlias:
    alias: str

    api: ClassVar[str] = "ram:SetAccountAlias"


@dataclass(frozen=True, slots=True)
class ClearAccountAlias:
    api: ClassVar[str] = "ram:ClearAccountAlias"


SettingCall = SetPasswordPolicy | SetSecurityPreference | SetAccountAlias | ClearAccountAlias


@dataclass(frozen=True, slots=True)
class DeletePolicy:
    """Non-default versions go with it."""

    name: str

    api: ClassVar[str] = "ram:DeletePolicy"


@dataclass(frozen=True, slots=True)
class AttachPolicy:
    """A grant at account scope."""

    kind: PrincipalKind
    principal: str
    policy: PolicyRef

    @property
    def api(self) -> str:
        return f"ram:AttachPolicyTo{_TITLE[self.kind]}"


@dataclass(frozen=True, slots=True)
class DetachPolicy:
    """At account scope, or from one resource group (Resource Manager)."""

    kind: PrincipalKind
    principal: str
    policy: PolicyRef
    resource_group: str = ""

    @property
    def api(self) -> str:
        return (
            "resourcemanager:DetachPolicy"
            if self.resource_group
            else f"ram:DetachPolicyFrom{_TITLE[self.kind]}"
        )


@dataclass(frozen=True, slots=True)
class CreateLoginProfile:
    """Console logon on. `source` says where the password comes from, `sink` where it goes; the password itself is only there
    in the call that leaves, and makes no difference between calls.
    """

    user: str
    reset_required: bool
    mfa_required: bool
    source: str = ""
    sink: str = ""
    password: Secret | None = field(default=None, compare=False)

    api: ClassVar[str] = "ram:CreateLoginProfile"


@dataclass(frozen=True, slots=True)
class UpdateLoginProfile:
    """Fields that are None are left as they are; without a `source` the password is."""

    user: str
    reset_required: bool | None = None
    mfa_required: bool | None = None
    source: str = ""
    sink: str = ""
    password: Secret | None = field(default=None, compare=False)

    api: ClassVar[str] = "ram:UpdateLoginProfile"


@dataclass(frozen=True, slots=True)
class DeleteLoginProfile:
    """Console logon off."""

    user: str

    api: ClassVar[str] = "ram:DeleteLoginProfile"


@dataclass(frozen=True, slots=True)
class UnbindMfa:
    user: str

    api: ClassVar[str] = "ram:UnbindMFADevice"


@dataclass(frozen=True, slots=True)
class CreateAccessKey:
    """The key for one slot of a user, to be delivered to `sink`. Repeated, it makes another key."""

    user: str
    slot: str
    sink: str

    api: ClassVar[str] = "ram:CreateAccessKey"


@dataclass(frozen=True, slots=True)
class UpdateAccessKey:
    """`status` is Active or Inactive. `retires`: disabled for good, which the user's mark is to remember."""

    user: str
    key_id: str
    status: str
    retires: bool = False

    api: ClassVar[str] = "ram:UpdateAccessKey"


@dataclass(frozen=True, slots=True)
class DeleteAccessKey:
    user: str
    key_id: str

    api: ClassVar[str] = "ram:DeleteAccessKey"


Call = (
    CreateUser
    | RestoreUser
    | UpdateUser
    | DeleteUser
    | TagUsers
    | UntagUsers
    | CreateGroup
    | UpdateGroup
    | DeleteGroup
    | AddUserToGroup
    | RemoveUserFromGroup
    | CreatePolicy
    | CreatePolicyVersion
    | SetDefaultPolicyVersion
    | DeletePolicyVersion
    | UpdatePolicyDescription
    | TagPolicies
    | UntagPolicies
    | DeletePolicy
    | CreateRole
    | UpdateRole
    | DeleteRole
    | TagRoles
    | UntagRoles
    | SettingCall
    | AttachPolicy
    | DetachPolicy
    | CreateLoginProfile
    | UpdateLoginProfile
    | DeleteLoginProfile
    | UnbindMfa
    | CreateAccessKey
    | UpdateAccessKey
    | DeleteAccessKey
)


MARK = TagUsers.api


def writes_of(call: Call) -> tuple[str, ...]:
    """The APIs of every write that carrying out a call takes where nothing goes wrong: what makes or retires a credential is
    noted in the user's mark.
    """
    match call:
        case UpdateAccessKey(retires=True):
            return MARK, call.api
        case CreateAccessKey():
            return MARK, call.api, MARK
        case CreateLoginProfile() | UpdateLoginProfile():
            before = [MARK] if call.sink else []
            after = [MARK] if call.source or call.reset_required is not None else []
            return (*before, call.api, *after)
        case _:
            return (call.api,)


@dataclass(frozen=True)
class Step:
    """A call, the changes it covers, and the steps that must be done before it may leave.

    A change is done when every step that covers it is done.
    """

    id: int
    call: Call
    covers: tuple[Address, ...]
    needs: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Batch:
    """Up to five steps of one phase that leave together: none of them needs another."""

    phase: str
    steps: tuple[Step, ...]
