"""Settling: after a write without a trustworthy answer the object is read back, never guessed.

What a second attempt may do differs by call. Most are guarded by the service, which refuses to create, attach or join twice
and to delete or detach what is gone; edits and tags may be repeated harmlessly. Only a second `CreatePolicyVersion` would
leave something behind, so that one is looked for patiently before it is repeated.
"""

from __future__ import annotations

from collections.abc import Mapping

from ramstack.gateway.port import LoginRow, Reader, UserRow
from ramstack.model.address import PolicyRef, PrincipalKind
from ramstack.model.call import (
    AddUserToGroup,
    AttachPolicy,
    Call,
    ClearAccountAlias,
    CreateGroup,
    CreatePolicy,
    CreatePolicyVersion,
    CreateRole,
    CreateUser,
    DeleteAccessKey,
    DeleteGroup,
    DeleteLoginProfile,
    DeletePolicy,
    DeletePolicyVersion,
    DeleteRole,
    DeleteUser,
    DetachPolicy,
    RemoveUserFromGroup,
    RestoreUser,
    SetAccountAlias,
    SetDefaultPolicyVersion,
    SetPasswordPolicy,
    SetSecurityPreference,
    SettingCall,
    TagPolicies,
    Tags,
    TagUsers,
    UnbindMfa,
    UpdateAccessKey,
    UpdateGroup,
    UpdateLoginProfile,
    UpdatePolicyDescription,
    UpdateRole,
    UpdateUser,
)
from ramstack.model.errors import NotFound
from ramstack.model.settings import (
    ACCOUNT_ALIAS,
    PASSWORD_POLICY,
    SECURITY_PREFERENCE,
    AccountAlias,
    values_of,
)
from ramstack.policy import Document, stored_document
from ramstack.policy.statement import Kind

GIVING = (
    CreateUser,
    RestoreUser,
    CreateGroup,
    CreatePolicy,
    CreateRole,
    AddUserToGroup,
    AttachPolicy,
    UpdateUser,
    UpdateGroup,
)
"""Refused as a conflict when it was done before: by our own lost attempt, or by somebody else."""

ENDING = (
    DetachPolicy,
    RemoveUserFromGroup,
    DeleteUser,
    DeleteGroup,
    DeletePolicy,
    DeletePolicyVersion,
    DeleteRole,
    DeleteLoginProfile,
    UnbindMfa,
    DeleteAccessKey,
)
"""Refused as not found when it was done before."""


def is_ending(call: Call) -> bool:
    """Whether it is done when there is nothing that it could be done to: a key that is gone needs no disabling.

    But one that is disabled to be kept for a while is missed.
    """
    if isinstance(call, UpdateAccessKey):
        return call.status == "Inactive" and not call.retires
    return isinstance(call, ENDING)


def is_done(reader: Reader, call: Call) -> bool | None:
    """Whether the account holds what the call wanted. None: nothing of it is seen, or not yet; False: something else is."""
    try:
        if isinstance(call, TagUsers | TagPolicies):
            return _holds_tags(reader, call) or None
        return _holds(reader, call)
    except NotFound:
        return True if is_ending(call) else None


def _holds(reader: Reader, call: Call) -> bool | None:
    match call:
        case CreateUser() | RestoreUser() | UpdateUser() | DeleteUser():
            return _holds_user(reader, call)
        case CreateGroup() | UpdateGroup() | DeleteGroup():
            return _holds_group(reader, call)
        case AddUserToGroup(user=user, group=group):
            return user in reader.members(group) or None
        case RemoveUserFromGroup(user=user, group=group):
            is_known = _knows(reader, "user", user) and _knows(reader, "group", group)
            return user not in reader.members(group) if is_known else None
        case AttachPolicy(policy=policy):
            return (call.kind, call.principal) in _holders(reader, policy) or None
        case DetachPolicy(policy=policy, resource_group=""):
            is_known = _knows(reader, call.kind, call.principal)
            return (call.kind, call.principal) not in _holders(reader, policy) if is_known else None
        case (
            UpdateLoginProfile(source="")
            | DeleteLoginProfile()
            | UnbindMfa()
            | UpdateAccessKey()
            | DeleteAccessKey()
        ):
            return _holds_credential(reader, call)
        case _:
            return _holds_document(reader, call)


def _holds_tags(reader: Reader, call: TagUsers | TagPolicies) -> bool:
    """Only what is seen counts: an answer may carry no tags, so that nothing is concluded from their absence."""
    match call:
        case TagUsers(names=names, tags=tags):
            ids = [row.id for name in names if (row := reader.user(name))]
            held = (
                {(tag.user_id, tag.key, tag.value) for tag in reader.user_tags(tuple(ids))} if ids else set()
            )
            wanted = {(id_, *tag) for id_ in ids for tag in tags}
            return len(ids) == len(names) and wanted <= held
        case TagPolicies(names=names, tags=tags):
            return _are_tagged(reader, names, tags)


def _knows(reader: Reader, kind: PrincipalKind, name: str) -> bool:
    """Asked first: where reads lag behind a rename, what is not seen under the new name need not be gone."""
    match kind:
        case "user":
            return reader.user(name) is not None
        case "group":
            return reader.group(name) is not None
        case _:
            return reader.role(name) is not None


def _holds_credential(
    reader: Reader,
    call: UpdateLoginProfile | DeleteLoginProfile | UnbindMfa | UpdateAccessKey | DeleteAccessKey,
) -> bool | None:
    match call:
        case UpdateLoginProfile(user=user):
            row = reader.login_profile(user)
            return None if row is None else _agrees_logon(row, call)
        case DeleteLoginProfile(user=user):
            return reader.login_profile(user) is None
        case UnbindMfa(user=user):
            return not reader.mfa_serial(user)
        case UpdateAccessKey(user=user, key_id=key_id, status=status):
            return (key_id, status) in {(key.id, key.status) for key in reader.access_keys(user)}
        case DeleteAccessKey(user=user, key_id=key_id):
            return key_id not in {key.id for key in reader.access_keys(user)}


def _agrees_logon(row: LoginRow, call: UpdateLoginProfile) -> bool:
    wanted = (call.reset_required, row.reset_required), (call.mfa_required, row.mfa_required)
    return all(want in (None, has) for want, has in wanted)


def _holds_user(reader: Reader, call: CreateUser | RestoreUser | UpdateUser | DeleteUser) -> bool | None:
    """A rename is done when the old name is free: with both there, the new one is somebody else's."""
    match call:
        case CreateUser(name=name, tags=tags):
            row = reader.user(name)
            return None if row is None else _carries(reader, row, tags)
        case RestoreUser(name=name, user_id=user_id):
            row = reader.user(name)
            return None if row is None else row.id == user_id
        case UpdateUser(name=name, new_name=new_name):
            is_free = not new_name or reader.user(name) is None
            row = reader.user(new_name or name)
            return None if row is None else is_free and _agrees(row, call)
        case DeleteUser(name=name):
            return reader.user(name) is None


def _carries(reader: Reader, row: UserRow, tags: Tags) -> bool:
    return set(tags) <= {(tag.key, tag.value) for tag in reader.user_tags((row.id,))}


def _agrees(row: UserRow, call: UpdateUser) -> bool:
    wanted: Mapping[str, str | None] = {
        "display_name": call.display_name,
        "comments": call.comments,
        "email": call.email,
        "mobile": call.mobile,
    }
    return all(value in (None, getattr(row, name)) for name, value in wanted.items())


def _holds_group(reader: Reader, call: CreateGroup | UpdateGroup | DeleteGroup) -> bool | None:
    match call:
        case DeleteGroup(name=name):
            return reader.group(name) is None
        case CreateGroup(name=name):
            is_free, row = True, reader.group(name)
        case UpdateGroup(name=name, new_name=new_name):
            is_free = not new_name or reader.group(name) is None
            row = reader.group(new_name or name)
    return None if row is None else is_free and call.comments in (None, row.comments)


def _holds_document(reader: Reader, call: Call) -> bool | None:
    if isinstance(call, CreateRole | UpdateRole | DeleteRole):
        return _holds_role(reader, call)
    if isinstance(call, SettingCall):
        return _holds_setting(reader, call)
    return _holds_policy(reader, call)


def _holds_setting(reader: Reader, call: SettingCall) -> bool:
    match call:
        case SetPasswordPolicy(values=values):
            return set(values) <= set(values_of(reader.setting(PASSWORD_POLICY)))
        case SetSecurityPreference(values=values):
            return set(values) <= set(values_of(reader.setting(SECURITY_PREFERENCE)))
        case SetAccountAlias(alias=alias):
            return reader.setting(ACCOUNT_ALIAS) == AccountAlias(alias)
        case ClearAccountAlias():
            return reader.setting(ACCOUNT_ALIAS) == AccountAlias("")


def _holds_role(reader: Reader, call: CreateRole | UpdateRole | DeleteRole) -> bool | None:
    row = reader.role(call.name)
    if isinstance(call, DeleteRole):
        return row is None
    if row is None:
        return None
    wanted = (call.description, row.description), (call.max_session_duration, row.max_session_duration)
    has_trust = call.document is None or _trust(row.document) == _trust(call.document)
    agrees = has_trust and all(want in (None, has) for want, has in wanted)
    return agrees and (not isinstance(call, CreateRole) or _bears(reader, call))


def _bears(reader: Reader, call: CreateRole) -> bool:
    """A role like ours without our tags is somebody else's."""
    return set(call.tags) <= {(tag.key, tag.value) for tag in reader.role_tags((call.name,))}


def _trust(text: str) -> Document:
    return stored_document(text, Kind.TRUST)


def _holds_policy(reader: Reader, call: Call) -> bool | None:
    match call:
        case CreatePolicy(name=name, document=document, tags=tags):
            default = _default_document(reader, name)
            if default is None:
                return None
            return default == stored_document(document) and _are_tagged(reader, (name,), tags)
        case CreatePolicyVersion(name=name, document=document):
            return _default_document(reader, name) == stored_document(document) or None
        case UpdatePolicyDescription(name=name, description=description):
            policy = reader.policy(PolicyRef("custom", name))
            return policy is not None and policy.description == description
        case SetDefaultPolicyVersion(name=name, version=version):
            return version in {
                v.id for v in reader.policy_versions(PolicyRef("custom", name)) if v.is_default
            }
        case DeletePolicyVersion(name=name, version=version):
            return version not in {v.id for v in reader.policy_versions(PolicyRef("custom", name))}
        case DeletePolicy(name=name):
            return not reader.policy_versions(PolicyRef("custom", name))
        case _:
            return None


def _default_document(reader: Reader, name: str) -> Document | None:
    versions = reader.policy_versions(PolicyRef("custom", name))
    return next((stored_document(one.document) for one in versions if one.is_default), None)


def _are_tagged(reader: Reader, names: tuple[str, ...], tags: Tags) -> bool:
    """Whether all these policies carry all these tags: one like ours without them is somebody else's."""
    return all({(name, value) for name in names} <= set(reader.policies_tagged(key)) for key, value in tags)


def _holders(reader: Reader, policy: PolicyRef) -> set[tuple[str, str]]:
    return {(row.kind, row.principal) for row in reader.entities_of(policy)}
