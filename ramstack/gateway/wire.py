"""The wire form of every call: which product and action, and its parameters.

RAM takes a list as one JSON string (the SDK's setters make it), the other products as `Name.1`, `Name.2`. Only text is
sent, and optional fields that are empty are left out, except where empty is the new value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

from aliyunsdkcore.request import AcsRequest
from aliyunsdkram.request.v20150501.AddUserToGroupRequest import AddUserToGroupRequest
from aliyunsdkram.request.v20150501.AttachPolicyToGroupRequest import AttachPolicyToGroupRequest
from aliyunsdkram.request.v20150501.AttachPolicyToRoleRequest import AttachPolicyToRoleRequest
from aliyunsdkram.request.v20150501.AttachPolicyToUserRequest import AttachPolicyToUserRequest
from aliyunsdkram.request.v20150501.CreateGroupRequest import CreateGroupRequest
from aliyunsdkram.request.v20150501.CreatePolicyRequest import CreatePolicyRequest
from aliyunsdkram.request.v20150501.CreatePolicyVersionRequest import CreatePolicyVersionRequest
from aliyunsdkram.request.v20150501.CreateRoleRequest import CreateRoleRequest
from aliyunsdkram.request.v20150501.DeleteGroupRequest import DeleteGroupRequest
from aliyunsdkram.request.v20150501.DeletePolicyRequest import DeletePolicyRequest
from aliyunsdkram.request.v20150501.DeletePolicyVersionRequest import DeletePolicyVersionRequest
from aliyunsdkram.request.v20150501.DeleteRoleRequest import DeleteRoleRequest
from aliyunsdkram.request.v20150501.DeleteUserRequest import DeleteUserRequest
from aliyunsdkram.request.v20150501.DetachPolicyFromGroupRequest import DetachPolicyFromGroupRequest
from aliyunsdkram.request.v20150501.DetachPolicyFromRoleRequest import DetachPolicyFromRoleRequest
from aliyunsdkram.request.v20150501.DetachPolicyFromUserRequest import DetachPolicyFromUserRequest
from aliyunsdkram.request.v20150501.RemoveUserFromGroupRequest import RemoveUserFromGroupRequest
from aliyunsdkram.request.v20150501.SetDefaultPolicyVersionRequest import SetDefaultPolicyVersionRequest
from aliyunsdkram.request.v20150501.TagResourcesRequest import TagResourcesRequest
from aliyunsdkram.request.v20150501.UntagResourcesRequest import UntagResourcesRequest
from aliyunsdkram.request.v20150501.UpdateGroupRequest import UpdateGroupRequest
from aliyunsdkram.request.v20150501.UpdatePolicyDescriptionRequest import UpdatePolicyDescriptionRequest
from aliyunsdkram.request.v20150501.UpdateRoleRequest import UpdateRoleRequest
from aliyunsdkram.request.v20150501.UpdateUserRequest import UpdateUserRequest

from ramstack.gateway.client import common_request, filled
from ramstack.gateway.wire_credentials import credential_request, logon_request
from ramstack.gateway.wire_settings import setting_request
from ramstack.model.address import PolicyRef, PrincipalKind
from ramstack.model.call import (
    AddUserToGroup,
    AttachPolicy,
    Call,
    ClearAccountAlias,
    CreateAccessKey,
    CreateGroup,
    CreateLoginProfile,
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
    TagPolicies,
    TagRoles,
    TagUsers,
    UnbindMfa,
    UntagPolicies,
    UntagRoles,
    UntagUsers,
    UpdateAccessKey,
    UpdateGroup,
    UpdateLoginProfile,
    UpdatePolicyDescription,
    UpdateRole,
    UpdateUser,
)
from ramstack.model.limits import MAX_CREATE_DISPLAY_NAME

Domain = Callable[[], str]
"""Asks for the account's default domain; called only where a login name is needed."""

_UserCall = CreateUser | RestoreUser | UpdateUser | DeleteUser | TagUsers | UntagUsers
_GroupCall = CreateGroup | UpdateGroup | DeleteGroup | AddUserToGroup | RemoveUserFromGroup
_VersionCall = CreatePolicyVersion | SetDefaultPolicyVersion | DeletePolicyVersion
_RoleCall = CreateRole | UpdateRole | DeleteRole | TagRoles | UntagRoles
_PolicyCall = CreatePolicy | DeletePolicy | UpdatePolicyDescription | TagPolicies | UntagPolicies


@dataclass(frozen=True, slots=True)
class _PrincipalWire:
    """How grants name one kind of principal."""

    attach: type
    detach: type
    name: str
    ims_type: str


_PRINCIPALS: dict[PrincipalKind, _PrincipalWire] = {
    "user": _PrincipalWire(AttachPolicyToUserRequest, DetachPolicyFromUserRequest, "UserName", "IMSUser"),
    "group": _PrincipalWire(
        AttachPolicyToGroupRequest, DetachPolicyFromGroupRequest, "GroupName", "IMSGroup"
    ),
    "role": _PrincipalWire(AttachPolicyToRoleRequest, DetachPolicyFromRoleRequest, "RoleName", "ServiceRole"),
}


def request_of(call: Call, domain: Domain) -> AcsRequest:  # noqa: PLR0911  # a table
    """The request that carries out `call`; a fresh one each time."""
    match call:
        case CreateUser() | RestoreUser() | UpdateUser() | DeleteUser() | TagUsers() | UntagUsers():
            return _user_request(call, domain)
        case CreateGroup() | UpdateGroup() | DeleteGroup() | AddUserToGroup() | RemoveUserFromGroup():
            return _group_request(call)
        case CreatePolicyVersion() | SetDefaultPolicyVersion() | DeletePolicyVersion():
            return _version_request(call)
        case CreatePolicy() | DeletePolicy() | UpdatePolicyDescription() | TagPolicies() | UntagPolicies():
            return _policy_request(call)
        case CreateRole() | UpdateRole() | DeleteRole() | TagRoles() | UntagRoles():
            return _role_request(call)
        case AttachPolicy() | DetachPolicy():
            return _grant_request(call, domain)
        case CreateLoginProfile() | UpdateLoginProfile() | DeleteLoginProfile():
            return logon_request(call)
        case UnbindMfa() | CreateAccessKey() | UpdateAccessKey() | DeleteAccessKey():
            return credential_request(call)
        case SetPasswordPolicy() | SetSecurityPreference() | SetAccountAlias() | ClearAccountAlias():
            return setting_request(call)
        case _:
            assert_never(call)


def policy_params(ref: PolicyRef) -> dict[str, str]:
    return {"PolicyType": ref.type.capitalize(), "PolicyName": ref.name}


def _user_request(call: _UserCall, domain: Domain) -> AcsRequest:
    match call:
        case CreateUser():
            return common_request("Ims", "CreateUser", _new_user(call, domain()))
        case RestoreUser():
            return common_request("Ims", "RestoreUserFromRecycleBin", {"UserId": call.user_id})
        case UpdateUser():
            return filled(UpdateUserRequest(), {"UserName": call.name} | _user_changes(call))
        case DeleteUser():
            return filled(DeleteUserRequest(), {"UserName": call.name})
        case TagUsers():
            params = _tag_targets(call.names, domain()) | _flat_tags(call.tags)
            return common_request("Ims", "TagResources", params)
        case UntagUsers():
            params = _tag_targets(call.names, domain()) | _flat("TagKey", call.keys)
            return common_request("Ims", "UntagResources", params)
        case _:
            assert_never(call)


def _group_request(call: _GroupCall) -> AcsRequest:
    match call:
        case CreateGroup():
            params = {"GroupName": call.name} | _given({"Comments": call.comments or None})
            return filled(CreateGroupRequest(), params)
        case UpdateGroup():
            changes = _given({"NewGroupName": call.new_name, "NewComments": call.comments})
            return filled(UpdateGroupRequest(), {"GroupName": call.name} | changes)
        case DeleteGroup():
            return filled(DeleteGroupRequest(), {"GroupName": call.name})
        case AddUserToGroup():
            return filled(AddUserToGroupRequest(), {"UserName": call.user, "GroupName": call.group})
        case RemoveUserFromGroup():
            return filled(RemoveUserFromGroupRequest(), {"UserName": call.user, "GroupName": call.group})
        case _:
            assert_never(call)


def _version_request(call: _VersionCall) -> AcsRequest:
    match call:
        case CreatePolicyVersion():
            params = {"PolicyName": call.name, "PolicyDocument": call.document, "SetAsDefault": "true"}
            return filled(CreatePolicyVersionRequest(), params)
        case SetDefaultPolicyVersion():
            params = {"PolicyName": call.name, "VersionId": call.version}
            return filled(SetDefaultPolicyVersionRequest(), params)
        case DeletePolicyVersion():
            params = {"PolicyName": call.name, "VersionId": call.version}
            return filled(DeletePolicyVersionRequest(), params)
        case _:
            assert_never(call)


def _policy_request(call: _PolicyCall) -> AcsRequest:
    match call:
        case CreatePolicy():
            return _new_policy(call)
        case DeletePolicy():
            return filled(DeletePolicyRequest(), {"PolicyName": call.name, "CascadingDelete": "true"})
        case UpdatePolicyDescription():
            params = {"PolicyName": call.name, "NewDescription": call.description}
            return filled(UpdatePolicyDescriptionRequest(), params)
        case TagPolicies():
            return _tagging("policy", call)
        case UntagPolicies():
            return _untagging("policy", call)
        case _:
            assert_never(call)


def _role_request(call: _RoleCall) -> AcsRequest:
    match call:
        case CreateRole():
            request = filled(CreateRoleRequest(), {"RoleName": call.name} | _role_params(call))
            if call.tags:
                request.set_Tag(_json_tags(call.tags))
            return request
        case UpdateRole():
            changes = {f"New{name}": value for name, value in _role_params(call).items()}
            return filled(UpdateRoleRequest(), {"RoleName": call.name} | changes)
        case DeleteRole():
            return filled(DeleteRoleRequest(), {"RoleName": call.name})
        case TagRoles():
            return _tagging("role", call)
        case UntagRoles():
            return _untagging("role", call)
        case _:
            assert_never(call)


def _role_params(call: CreateRole | UpdateRole) -> dict[str, str]:
    duration = call.max_session_duration
    return _given(
        {
            "AssumeRolePolicyDocument": call.document,
            "Description": call.description if isinstance(call, UpdateRole) else call.description or None,
            "MaxSessionDuration": None if duration is None else str(duration),
        }
    )


def _tagging(kind: str, call: TagPolicies | TagRoles) -> AcsRequest:
    request = filled(TagResourcesRequest(), {"ResourceType": kind})
    request.set_ResourceNames(list(call.names))
    request.set_Tag(_json_tags(call.tags))
    return request


def _untagging(kind: str, call: UntagPolicies | UntagRoles) -> AcsRequest:
    request = filled(UntagResourcesRequest(), {"ResourceType": kind})
    request.set_ResourceNames(list(call.names))
    request.set_TagKeys(list(call.keys))
    return request


def _new_user(call: CreateUser, domain: str) -> dict[str, str]:
    """IMS wants a display name of 1 to 24 characters; a longer one follows with UpdateUser of RAM."""
    optional = {"Comments": call.comments, "Email": call.email, "MobilePhone": call.mobile}
    return {
        "UserPrincipalName": f"{call.name}@{domain}",
        "DisplayName": (call.display_name or call.name)[:MAX_CREATE_DISPLAY_NAME],
        **{key: value for key, value in optional.items() if value},
        **_flat_tags(call.tags),
    }


def _new_policy(call: CreatePolicy) -> AcsRequest:
    description = _given({"Description": call.description or None})
    request = filled(
        CreatePolicyRequest(), {"PolicyName": call.name, "PolicyDocument": call.document} | description
    )
    if call.tags:
        request.set_Tag(_json_tags(call.tags))
    return request


def _user_changes(call: UpdateUser) -> dict[str, str]:
    return _given(
        {
            "NewUserName": call.new_name,
            "NewDisplayName": call.display_name,
            "NewComments": call.comments,
            "NewEmail": call.email,
            "NewMobilePhone": call.mobile,
        }
    )


def _grant_request(call: AttachPolicy | DetachPolicy, domain: Domain) -> AcsRequest:
    wire = _PRINCIPALS[call.kind]
    if isinstance(call, AttachPolicy):
        return filled(wire.attach(), policy_params(call.policy) | {wire.name: call.principal})
    if not call.resource_group:
        return filled(wire.detach(), policy_params(call.policy) | {wire.name: call.principal})
    params = {
        "PrincipalType": wire.ims_type,
        "PrincipalName": login_name(call.kind, call.principal, domain()),
        "ResourceGroupId": call.resource_group,
    }
    return common_request("ResourceManager", "DetachPolicy", policy_params(call.policy) | params)


def login_name(kind: PrincipalKind, name: str, domain: str) -> str:
    """The form in which Resource Manager names principals (RAM fact sheet, section 2.8)."""
    alias = domain.removesuffix(".onaliyun.com")
    forms: dict[PrincipalKind, str] = {
        "user": f"{name}@{domain}",
        "group": f"{name}@group.{alias}.onaliyun.com",
        "role": f"{name}@role.{alias}.onaliyunservice.com",
    }
    return forms[kind]


def _tag_targets(names: Iterable[str], domain: str) -> dict[str, str]:
    logins = [login_name("user", name, domain) for name in names]
    return {"ResourceType": "user"} | _flat("ResourcePrincipalName", logins)


def _flat(name: str, values: Iterable[str]) -> dict[str, str]:
    return {f"{name}.{n}": value for n, value in enumerate(values, start=1)}


def _flat_tags(tags: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {
        f"Tag.{n}.{part}": value
        for n, (key, tagged) in enumerate(tags, start=1)
        for part, value in (("Key", key), ("Value", tagged))
    }


def _json_tags(tags: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags]


def _given(params: Mapping[str, str | None]) -> dict[str, str]:
    """Without the fields that are None: those stay as they are."""
    return {name: value for name, value in params.items() if value is not None}
