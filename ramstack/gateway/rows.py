"""Rows: answers of the services as the port's values.

Unknown keys are ignored, missing and empty optional values are the same, and a wrong shape is an error: from an answer
that is not understood nothing may be concluded, least of all that something is absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from ramstack.gateway.errors import undecodable
from ramstack.gateway.port import (
    AttachmentPage,
    AttachmentRow,
    Caller,
    GroupRow,
    KeyRow,
    LoginRow,
    NewKey,
    PolicyRow,
    RoleRow,
    TagRow,
    UserRow,
    VersionRow,
)
from ramstack.model.address import Address, PolicyRef, PolicyType, PrincipalKind
from ramstack.model.passwordpolicy import PasswordPolicy
from ramstack.model.quotas import DOCUMENTED
from ramstack.model.secret import Secret
from ramstack.model.settings import SETTINGS, Setting, api_name

Json = Mapping[str, Any]

_POLICY_TYPES: dict[str, PolicyType] = {"system": "system", "custom": "custom"}
_PRINCIPAL_KINDS: dict[str, PrincipalKind] = {"imsuser": "user", "imsgroup": "group", "servicerole": "role"}
_ENTITIES: tuple[tuple[str, str, str, PrincipalKind], ...] = (
    ("Users", "User", "UserName", "user"),
    ("Groups", "Group", "GroupName", "group"),
    ("Roles", "Role", "RoleName", "role"),
)


def text(row: Json, key: str) -> str:
    """The value as text; empty where it is left out. Ids may come as numbers."""
    value = row.get(key)
    if value is None or value is False:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and value is not True:
        return str(value)
    raise undecodable(f"The service's {key} is not text.")


def needed(row: Json, key: str) -> str:
    value = text(row, key)
    if not value:
        raise undecodable(f"The service's answer has no {key}.")
    return value


def flag(row: Json, key: str) -> bool:
    """Booleans come as such or as words."""
    value = row.get(key)
    return value if isinstance(value, bool) else str(value).lower() == "true"


def number(row: Json, key: str) -> int:
    value = text(row, key) or "0"
    if not value.isascii() or not value.isdigit():
        raise undecodable(f"The service's {key} is not a number.")
    return int(value)


def member(row: Json, key: str) -> Json:
    """An object that must be there."""
    value = row.get(key)
    if not isinstance(value, Mapping):
        raise undecodable(f"The service's answer has no {key}.")
    return value


def items(row: Json, outer: str, inner: str) -> tuple[Json, ...]:
    """The list in `{outer: {inner: [...]}}`. The outer key must be there; an empty list may be left out."""
    if row.get(outer) == "":
        return ()
    return _objects(member(row, outer).get(inner) or [], outer)


def caller_of(reply: Json) -> Caller:
    return Caller(
        account=needed(reply, "AccountId"),
        arn=text(reply, "Arn"),
        identity_type=text(reply, "IdentityType"),
    )


def quotas(reply: Json) -> dict[str, int]:
    """Those that are told as numbers. A quota of nothing at all is taken for one that is not told."""
    summary = member(reply, "SummaryMap")
    told = {name: str(summary.get(name, "")) for name in DOCUMENTED}
    return {name: int(value) for name, value in told.items() if value.isdecimal() and int(value)}


def user_row(row: Json) -> UserRow:
    return UserRow(
        id=needed(row, "UserId"),
        name=without_domain(needed(row, "UserPrincipalName")),
        display_name=text(row, "DisplayName"),
        comments=text(row, "Comments"),
        email=text(row, "Email"),
        mobile=text(row, "MobilePhone"),
        status=text(row, "Status").lower(),
        provision_type=text(row, "ProvisionType"),
        tags=_tags(row),
    )


def plain_user_row(row: Json) -> UserRow:
    """RAM's own form of a user: its name has no domain."""
    return user_row({**row, "UserPrincipalName": needed(row, "UserName")})


def tag_row(row: Json) -> TagRow:
    return TagRow(user_id=needed(row, "ResourceId"), key=needed(row, "TagKey"), value=text(row, "TagValue"))


def group_row(row: Json) -> GroupRow:
    return GroupRow(name=needed(row, "GroupName"), comments=text(row, "Comments"))


def policy_row(row: Json) -> PolicyRow:
    return PolicyRow(
        ref=_policy_ref(row),
        description=text(row, "Description"),
        default_version=text(row, "DefaultVersion"),
        attachment_count=number(row, "AttachmentCount") if text(row, "AttachmentCount") else None,
        tags=_tags(row),
    )


def role_row(row: Json) -> RoleRow:
    return RoleRow(
        name=needed(row, "RoleName"),
        description=text(row, "Description"),
        max_session_duration=number(row, "MaxSessionDuration") or None,
        document=text(row, "AssumeRolePolicyDocument"),
        is_linked=flag(row, "IsServiceLinkedRole"),
        tags=_tags(row),
    )


def named_tag_row(row: Json) -> TagRow:
    """RAM tells tags by the name of what carries them."""
    return TagRow(needed(row, "ResourceName"), needed(row, "TagKey"), text(row, "TagValue"))


def version_row(row: Json) -> VersionRow:
    return VersionRow(
        id=needed(row, "VersionId"),
        is_default=flag(row, "IsDefaultVersion"),
        document=text(row, "PolicyDocument"),
        created=text(row, "CreateDate"),
    )


def attachment_page(reply: Json, account: str) -> AttachmentPage:
    rows = items(reply, "PolicyAttachments", "PolicyAttachment")
    needed(reply, "TotalCount")
    return AttachmentPage(
        total=number(reply, "TotalCount"),
        rows=tuple(_attachment_row(row, account) for row in rows),
    )


def entity_rows(reply: Json, ref: PolicyRef) -> tuple[AttachmentRow, ...]:
    """Users, groups and roles that have `ref`. A kind without any may be left out, but not all three."""
    if not any(outer in reply for outer, *_ in _ENTITIES):
        raise undecodable("The service's answer names no entities.")
    return tuple(
        AttachmentRow(kind, needed(row, name), ref)
        for outer, inner, name, kind in _ENTITIES
        if outer in reply
        for row in items(reply, outer, inner)
    )


def without_domain(principal: str) -> str:
    """`alice` of alice@1234.onaliyun.com, and the same for `g@group.…` and `r@role.…`."""
    name, at, _ = principal.rpartition("@")
    return name if at else principal


def _attachment_row(row: Json, account: str) -> AttachmentRow:
    """The account's own id stands for account scope."""
    kind = _PRINCIPAL_KINDS.get(text(row, "PrincipalType").lower())
    if kind is None:
        raise undecodable("The service's answer has a PrincipalType that ramstack does not know.")
    scope = text(row, "ResourceGroupId")
    name = without_domain(needed(row, "PrincipalName"))
    return AttachmentRow(kind, name, _policy_ref(row), "" if scope == account else scope)


def _policy_ref(row: Json) -> PolicyRef:
    kind = _POLICY_TYPES.get(text(row, "PolicyType").lower())
    if kind is None:
        raise undecodable("The service's answer has a PolicyType that is neither System nor Custom.")
    return PolicyRef(kind, needed(row, "PolicyName"))


def _tags(row: Json) -> tuple[tuple[str, str], ...]:
    rows = items(row, "Tags", "Tag") if row.get("Tags") else ()
    return tuple((needed(tag, "TagKey"), text(tag, "TagValue")) for tag in rows)


def flat_items(row: Json, key: str) -> tuple[Json, ...]:
    """The list in `{key: [...]}`, as only RAM's ListTagResources has it; `{key: {TagResource: [...]}}` is taken too."""
    value = row.get(key) or []
    return _objects(value.get("TagResource") or [] if isinstance(value, Mapping) else value, key)


def _objects(value: object, where: str) -> tuple[Json, ...]:
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise undecodable(f"The service's {where} is not a list of objects.")
    return tuple(value)


def key_row(row: Json) -> KeyRow:
    return KeyRow(needed(row, "AccessKeyId"), needed(row, "Status").capitalize(), text(row, "CreateDate"))


def new_key(row: Json) -> NewKey:
    return NewKey(needed(row, "AccessKeyId"), Secret(needed(row, "AccessKeySecret")), text(row, "CreateDate"))


def last_used(row: Json) -> str:
    """A key that was never used has no date: an empty one, or a word that is none (as in the credential report)."""
    date = text(row, "LastUsedDate")
    return date if date[:1].isdigit() else ""


def password_policy(row: Json) -> PasswordPolicy:
    """RAM does not tell what IMS does: how many characters must differ, and whether the user's name may be in it."""
    return PasswordPolicy(
        minimum_length=number(row, "MinimumPasswordLength"),
        lowercase=flag(row, "RequireLowercaseCharacters"),
        uppercase=flag(row, "RequireUppercaseCharacters"),
        numbers=flag(row, "RequireNumbers"),
        symbols=flag(row, "RequireSymbols"),
    )


def setting(address: Address, row: Json) -> Setting:
    """The fields of a setting; preferences come in parts."""
    parts = [part for part in row.values() if isinstance(part, Mapping)]
    told: Json = {name: value for part in (row, *parts) for name, value in part.items()}
    kind = SETTINGS[address]
    values = {f.name: _setting_value(told, api_name(f.name), str(f.type)) for f in fields(kind)}
    return kind(**values)


def _setting_value(told: Json, name: str, type_: str) -> Any:
    if name not in told:
        return None
    return flag(told, name) if "bool" in type_ else number(told, name) if "int" in type_ else text(told, name)


def login_row(row: Json) -> LoginRow:
    return LoginRow(flag(row, "PasswordResetRequired"), flag(row, "MFABindRequired"), text(row, "CreateDate"))
