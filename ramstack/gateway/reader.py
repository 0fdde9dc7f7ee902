"""The reader: the port's questions as requests, and the answers' pages as rows.

Page sizes are the largest that the services take (RAM fact sheet, sections 2 and 3).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from aliyunsdkcore.request import AcsRequest
from aliyunsdkram.request.v20150501.GetAccessKeyLastUsedRequest import GetAccessKeyLastUsedRequest
from aliyunsdkram.request.v20150501.GetAccountAliasRequest import GetAccountAliasRequest
from aliyunsdkram.request.v20150501.GetGroupRequest import GetGroupRequest
from aliyunsdkram.request.v20150501.GetLoginProfileRequest import GetLoginProfileRequest
from aliyunsdkram.request.v20150501.GetPasswordPolicyRequest import GetPasswordPolicyRequest
from aliyunsdkram.request.v20150501.GetPolicyRequest import GetPolicyRequest
from aliyunsdkram.request.v20150501.GetRoleRequest import GetRoleRequest
from aliyunsdkram.request.v20150501.GetSecurityPreferenceRequest import GetSecurityPreferenceRequest
from aliyunsdkram.request.v20150501.GetUserMFAInfoRequest import GetUserMFAInfoRequest
from aliyunsdkram.request.v20150501.GetUserRequest import GetUserRequest
from aliyunsdkram.request.v20150501.ListAccessKeysRequest import ListAccessKeysRequest
from aliyunsdkram.request.v20150501.ListEntitiesForPolicyRequest import ListEntitiesForPolicyRequest
from aliyunsdkram.request.v20150501.ListGroupsForUserRequest import ListGroupsForUserRequest
from aliyunsdkram.request.v20150501.ListGroupsRequest import ListGroupsRequest
from aliyunsdkram.request.v20150501.ListPoliciesForGroupRequest import ListPoliciesForGroupRequest
from aliyunsdkram.request.v20150501.ListPoliciesForRoleRequest import ListPoliciesForRoleRequest
from aliyunsdkram.request.v20150501.ListPoliciesForUserRequest import ListPoliciesForUserRequest
from aliyunsdkram.request.v20150501.ListPoliciesRequest import ListPoliciesRequest
from aliyunsdkram.request.v20150501.ListPolicyVersionsRequest import ListPolicyVersionsRequest
from aliyunsdkram.request.v20150501.ListRolesRequest import ListRolesRequest
from aliyunsdkram.request.v20150501.ListTagResourcesRequest import ListTagResourcesRequest
from aliyunsdkram.request.v20150501.ListUsersForGroupRequest import ListUsersForGroupRequest
from aliyunsdkram.request.v20150501.ListUsersRequest import ListUsersRequest

from ramstack.gateway import rows
from ramstack.gateway.channel import Channel
from ramstack.gateway.client import Reply, common_request, filled
from ramstack.gateway.paging import marker_pages, token_pages
from ramstack.gateway.port import (
    AttachmentPage,
    AttachmentRow,
    Caller,
    GroupRow,
    KeyRow,
    LoginRow,
    PolicyRow,
    RecycledRow,
    RoleRow,
    TagRow,
    UserRow,
    VersionRow,
)
from ramstack.gateway.wire import policy_params
from ramstack.model.address import Address, PolicyRef, PrincipalKind
from ramstack.model.errors import NotFound
from ramstack.model.limits import TAG_TARGETS_PER_CALL
from ramstack.model.passwordpolicy import PasswordPolicy
from ramstack.model.settings import (
    ACCOUNT_ALIAS,
    PASSWORD_POLICY,
    SECURITY_PREFERENCE,
    AccountAlias,
    Setting,
)

T = TypeVar("T")

_LARGE_PAGE = "1000"
_SMALL_PAGE = "100"
_POLICIES_OF: dict[PrincipalKind, tuple[type[AcsRequest], str]] = {
    "user": (ListPoliciesForUserRequest, "UserName"),
    "group": (ListPoliciesForGroupRequest, "GroupName"),
    "role": (ListPoliciesForRoleRequest, "RoleName"),
}


_SETTINGS: dict[Address, tuple[type[AcsRequest], str]] = {
    PASSWORD_POLICY: (GetPasswordPolicyRequest, "PasswordPolicy"),
    SECURITY_PREFERENCE: (GetSecurityPreferenceRequest, "SecurityPreference"),
}


class SdkReader:
    """Reads one account through its channel; implements `port.Reader`. May be used by many threads at once."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._lock = threading.Lock()
        self._caller: Caller | None = None
        self._domain = ""

    def calls_made(self) -> int:
        return self._channel.tally.by_api().total()

    def caller(self) -> Caller:
        """Asked once: a key does not change its owner."""
        with self._lock:
            if self._caller is None:
                self._caller = rows.caller_of(self._channel.read(common_request("Sts", "GetCallerIdentity")))
            return self._caller

    def default_domain(self) -> str:
        """Asked once."""
        with self._lock:
            if not self._domain:
                reply = self._channel.read(common_request("Ims", "GetDefaultDomain"))
                self._domain = rows.needed(reply, "DefaultDomainName")
            return self._domain

    def quotas(self) -> Mapping[str, int]:
        return rows.quotas(self._channel.read(common_request("Ims", "GetAccountSummary")))

    def users(self) -> Iterator[UserRow]:
        for page in marker_pages(self._users_page):
            yield from map(rows.user_row, rows.items(page, "Users", "User"))

    def users_without_tags(self) -> Iterator[UserRow]:
        for page in marker_pages(
            lambda m: self._channel.read(filled(ListUsersRequest(), _page(m, _LARGE_PAGE)))
        ):
            yield from map(rows.plain_user_row, rows.items(page, "Users", "User"))

    def user_tags(self, user_ids: tuple[str, ...]) -> Iterator[TagRow]:
        if not 0 < len(user_ids) <= TAG_TARGETS_PER_CALL:
            raise ValueError(f"user_tags takes 1 to {TAG_TARGETS_PER_CALL} user ids")
        return self._tags({f"ResourceId.{n}": user_id for n, user_id in enumerate(user_ids, start=1)})

    def users_tagged(self, key: str) -> Iterator[TagRow]:
        return self._tags({"Tag.1.Key": key})

    def user(self, name: str) -> UserRow | None:
        request = filled(GetUserRequest(), {"UserName": name})
        return self._one(request, "User", rows.plain_user_row)

    def recycled_users(self) -> Iterator[RecycledRow]:
        for page in marker_pages(self._recycled_page):
            for user in map(rows.user_row, rows.items(page, "Users", "User")):
                yield RecycledRow(user.id, user.name)

    def access_keys(self, user: str) -> tuple[KeyRow, ...]:
        reply = self._channel.read(filled(ListAccessKeysRequest(), {"UserName": user}))
        keys = map(rows.key_row, rows.items(reply, "AccessKeys", "AccessKey"))
        return tuple(sorted(keys, key=lambda key: (key.created, key.id)))

    def last_used(self, user: str, key_id: str) -> str:
        params = {"UserName": user, "UserAccessKeyId": key_id}
        reply = self._channel.read(filled(GetAccessKeyLastUsedRequest(), params))
        return rows.last_used(rows.member(reply, "AccessKeyLastUsed"))

    def login_profile(self, user: str) -> LoginRow | None:
        request = filled(GetLoginProfileRequest(), {"UserName": user})
        return self._one(request, "LoginProfile", rows.login_row)

    def password_policy(self) -> PasswordPolicy:
        return rows.password_policy(
            rows.member(self._channel.read(GetPasswordPolicyRequest()), "PasswordPolicy")
        )

    def setting(self, address: Address) -> Setting:
        if address == ACCOUNT_ALIAS:
            reply = self._channel.read(GetAccountAliasRequest())
            return AccountAlias(rows.text(reply, "AccountAlias"))
        request, key = _SETTINGS[address]
        return rows.setting(address, rows.member(self._channel.read(request()), key))

    def mfa_serial(self, user: str) -> str:
        request = filled(GetUserMFAInfoRequest(), {"UserName": user})
        return self._one(request, "MFADevice", lambda row: rows.text(row, "SerialNumber")) or ""

    def group(self, name: str) -> GroupRow | None:
        return self._one(filled(GetGroupRequest(), {"GroupName": name}), "Group", rows.group_row)

    def groups(self) -> Iterator[GroupRow]:
        for page in marker_pages(self._groups_page):
            yield from map(rows.group_row, rows.items(page, "Groups", "Group"))

    def members(self, group: str) -> Iterator[str]:
        for page in marker_pages(lambda marker: self._members_page(group, marker)):
            yield from (rows.needed(row, "UserName") for row in rows.items(page, "Users", "User"))

    def groups_of(self, user: str) -> tuple[str, ...]:
        reply = self._channel.read(filled(ListGroupsForUserRequest(), {"UserName": user}))
        return tuple(rows.needed(row, "GroupName") for row in rows.items(reply, "Groups", "Group"))

    def policies(self) -> Iterator[PolicyRow]:
        for page in marker_pages(self._policies_page):
            yield from map(rows.policy_row, rows.items(page, "Policies", "Policy"))

    def policies_tagged(self, key: str) -> Iterator[tuple[str, str]]:
        return ((row.user_id, row.value) for row in self._named_tags("policy", key=key))

    def roles(self) -> Iterator[RoleRow]:
        for page in marker_pages(
            lambda m: self._channel.read(filled(ListRolesRequest(), _page(m, _LARGE_PAGE)))
        ):
            yield from map(rows.role_row, rows.items(page, "Roles", "Role"))

    def role(self, name: str) -> RoleRow | None:
        return self._one(filled(GetRoleRequest(), {"RoleName": name}), "Role", rows.role_row)

    def role_tags(self, names: tuple[str, ...]) -> Iterator[TagRow]:
        return self._named_tags("role", names=names)

    def roles_tagged(self, key: str) -> Iterator[TagRow]:
        return self._named_tags("role", key=key)

    def _named_tags(self, kind: str, *, key: str = "", names: tuple[str, ...] = ()) -> Iterator[TagRow]:
        def fetch(token: str) -> Reply:
            request = ListTagResourcesRequest()
            if key:
                request.set_Tag([{"Key": key}])
            if names:
                request.set_ResourceNames(list(names))
            params = {"ResourceType": kind, "PageSize": _SMALL_PAGE} | ({"NextToken": token} if token else {})
            return self._channel.read(filled(request, params))

        for page in token_pages(fetch):
            yield from map(rows.named_tag_row, rows.flat_items(page, "TagResources"))

    def policy(self, ref: PolicyRef) -> PolicyRow | None:
        request = filled(GetPolicyRequest(), policy_params(ref))
        return self._one(request, "Policy", rows.policy_row)

    def policy_versions(self, ref: PolicyRef) -> tuple[VersionRow, ...]:
        reply = self._channel.read(filled(ListPolicyVersionsRequest(), policy_params(ref)))
        found = rows.items(reply, "PolicyVersions", "PolicyVersion")
        return tuple(self._with_document(ref, rows.version_row(row)) for row in found)

    def attachment_page(self, number: int) -> AttachmentPage:
        account = self.caller().account
        params = {"PageNumber": str(number), "PageSize": _SMALL_PAGE}
        reply = self._channel.read(common_request("ResourceManager", "ListPolicyAttachments", params))
        return rows.attachment_page(reply, account)

    def entities_of(self, ref: PolicyRef) -> tuple[AttachmentRow, ...]:
        reply = self._channel.read(filled(ListEntitiesForPolicyRequest(), policy_params(ref)))
        return rows.entity_rows(reply, ref)

    def policies_of(self, principal: Address) -> tuple[AttachmentRow, ...]:
        kind = principal.principal_kind
        request, name = _POLICIES_OF[kind]
        reply = self._channel.read(filled(request(), {name: principal.name}))
        held = rows.items(reply, "Policies", "Policy")
        return tuple(AttachmentRow(kind, principal.name, rows.policy_row(row).ref) for row in held)

    def _one(self, request: AcsRequest, key: str, row: Callable[[rows.Json], T]) -> T | None:
        try:
            return row(rows.member(self._channel.read(request), key))
        except NotFound:
            return None

    def _users_page(self, marker: str) -> Reply:
        params = _page(marker, _LARGE_PAGE) | {"Status": "active,freeze"}
        return self._channel.read(common_request("Ims", "ListUsers", params))

    def _recycled_page(self, marker: str) -> Reply:
        return self._channel.read(common_request("Ims", "ListUsersInRecycleBin", _page(marker, _SMALL_PAGE)))

    def _groups_page(self, marker: str) -> Reply:
        return self._channel.read(filled(ListGroupsRequest(), _page(marker, _SMALL_PAGE)))

    def _members_page(self, group: str, marker: str) -> Reply:
        params = _page(marker, _LARGE_PAGE) | {"GroupName": group}
        return self._channel.read(filled(ListUsersForGroupRequest(), params))

    def _policies_page(self, marker: str) -> Reply:
        return self._channel.read(filled(ListPoliciesRequest(), _page(marker, _LARGE_PAGE)))

    def _tags(self, selector: dict[str, str]) -> Iterator[TagRow]:
        def fetch(token: str) -> Reply:
            params = {"ResourceType": "user", "PageSize": _SMALL_PAGE} | selector
            next_page = {"NextToken": token} if token else {}
            return self._channel.read(common_request("Ims", "ListTagResources", params | next_page))

        for page in token_pages(fetch):
            yield from map(rows.tag_row, rows.items(page, "TagResources", "TagResource"))

    def _with_document(self, ref: PolicyRef, version: VersionRow) -> VersionRow:
        """ListPolicyVersions may leave the document out; that of the default version is never missing."""
        if version.document or not version.is_default:
            return version
        reply = self._channel.read(filled(GetPolicyRequest(), policy_params(ref)))
        document = rows.needed(rows.member(reply, "DefaultPolicyVersion"), "PolicyDocument")
        return VersionRow(version.id, is_default=True, document=document, created=version.created)


def _page(marker: str, size: str) -> dict[str, str]:
    return {"MaxItems": size} | ({"Marker": marker} if marker else {})
