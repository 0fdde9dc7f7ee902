"""Identity management, 2019-08-15: users with their tags, a thousand a page (ram-api.md section 3.2)."""

import json
from collections import defaultdict
from collections.abc import Sequence

from ramstack.emulator.call import Action, Body, Call, Json
from ramstack.emulator.errors import Refusal, bad_parameter, missing_entity
from ramstack.emulator.groups import groups_after
from ramstack.emulator.keypolicies import MOST_ADDRESSES, MOST_STATEMENTS
from ramstack.emulator.nouns import USER, find_named, read_principal_name
from ramstack.emulator.params import Pair
from ramstack.emulator.rules import check_tags, check_text
from ramstack.emulator.shapes import Fetch, pick, read_page
from ramstack.emulator.store import Row
from ramstack.emulator.tags import (
    MOST_RESOURCES,
    USER_PAGE,
    erase_tags,
    read_tags,
    tags_page,
    write_tags,
)
from ramstack.emulator.users import TEXTS, add_user, change_user, remove_user, user_at

FIELDS = (
    "UserId",
    "DisplayName",
    "Email",
    "MobilePhone",
    "Comments",
    "CreateDate",
    "UpdateDate",
    "LastLoginDate",
    "ProvisionType",
)

STATES = ("active", "freeze")
LONGEST_DISPLAY_NAME = 24

PAGE = "SELECT * FROM users WHERE seq > ? AND Status IN (?, ?) ORDER BY seq LIMIT ?"


def create_user(call: Call) -> Body:
    """Creates and tags in one call, so that a mark is there from the first moment."""
    name = read_principal_name(call, call.params.required("UserPrincipalName"))
    display_name = call.params.required("DisplayName")
    if len(display_name) > LONGEST_DISPLAY_NAME:
        raise bad_parameter("DisplayName", "Length")
    tags = check_tags(call.params.flat_tags("Tag"), "Ims")
    user = add_user(call, name, {field: check_text(field, call.params.text(field)) for field in TEXTS})
    write_tags(call, "user", [user["seq"]], tags)
    return {"User": {**_show(call, user), "Tags": read_tags(call, "user", user["seq"])}}


def get_user(call: Call) -> Body:
    user = find_user(call)
    tags = read_tags(call, "user", user["seq"])
    return {"User": {**_show(call, user), "UserName": user["UserName"], "Tags": tags}}


def update_user(call: Call) -> Body:
    user, params = find_user(call), dict(call.params)
    if params.get("NewUserPrincipalName"):
        params["NewUserName"] = read_principal_name(call, params["NewUserPrincipalName"])
    return {"User": _show(call, change_user(call, user, params))}


def delete_user(call: Call) -> Body:
    remove_user(call, find_user(call))
    return {}


def list_users(call: Call) -> Body:
    """Frozen users are hidden, unless Status asks for them or a tag filter is given."""
    filters = call.params.flat_tags("Tag")
    rows, more = read_page(call, _fetch_users(call, filters), 1000, default=1000)
    with_tags = bool(filters) or call.settings.list_users_tags
    tags = _tags_of(call, [row["seq"] for row in rows]) if with_tags else {}
    shown: list[Json] = [
        {**_show(call, row), "Status": row["Status"], "Tags": {"Tag": tags.get(row["seq"], [])}}
        for row in rows
    ]
    return {"Users": {"User": shown}, **more}


def list_user_basic_infos(call: Call) -> Body:
    """The same users with four fields each; a tag filter and Status exclude each other."""
    filters = call.params.flat_tags("Tag")
    if filters and call.params.get("Status"):
        raise bad_parameter("Status", "Format")
    rows, more = read_page(call, _fetch_users(call, filters), 1000)
    shown: list[Json] = [
        {**pick(row, ("UserId", "DisplayName", "Status")), "UserPrincipalName": _principal(call, row)}
        for row in rows
    ]
    return {"UserBasicInfos": {"UserBasicInfo": shown}, **more}


def tag_resources(call: Call) -> Body:
    tags = check_tags(call.params.flat_tags("Tag"), "Ims")
    if not tags:
        raise Refusal("MissingTag", "The parameter Tag.1.Key is required.")
    write_tags(call, "user", _selected(call), tags)
    return {}


def untag_resources(call: Call) -> Body:
    erase_tags(call, "user", _selected(call), call.params.flat_names("TagKey"))
    return {}


def list_tag_resources(call: Call) -> Body:
    """Needs a resource or a tag key: all tags of the account cannot be had in one go."""
    tags, given = call.params.flat_tags("Tag"), _is_selecting(call)
    if not tags and not given:
        raise Refusal("MissingResourceId", "Give at least one ResourceId or Tag key.")
    rows, more = tags_page(call, "user", _selected(call) if given else [], tags)
    ids = _ids_of(call, [row["resource"] for row in rows])
    shown: list[Json] = [
        {
            "ResourceId": ids[row["resource"]],
            "ResourceType": "user",
            "TagKey": row["TagKey"],
            "TagValue": row["TagValue"],
        }
        for row in rows
    ]
    return {"TagResources": {"TagResource": shown}, "IsTruncated": bool(more), **more}


def list_groups(call: Call) -> Body:
    rows, more = read_page(call, lambda after, size: groups_after(call, after, size), 100)
    fields = ("GroupId", "GroupName", "DisplayName", "Comments", "CreateDate", "UpdateDate")
    domain = f"group.{call.account.domain}"
    shown: list[Json] = [
        {**pick(row, fields), "GroupPrincipalName": f"{row['GroupName']}@{domain}"} for row in rows
    ]
    return {"Groups": {"Group": shown}, **more}


def get_default_domain(call: Call) -> Body:
    return {"DefaultDomainName": call.account.domain}


def get_account_summary(call: Call) -> Body:
    limits = call.settings.limits
    amounts = {row["noun"]: row["amount"] for row in call.store.rows("SELECT * FROM tallies")}
    in_use = call.store.value("SELECT count(*) FROM mfa_devices WHERE user IS NOT NULL")
    per_principal: dict[str, Json] = {
        f"{label}Per{noun}Quota": limit
        for noun in ("User", "Group", "Role")
        for label, limit in (
            ("AttachedPolicies", limits.custom_attachments),
            ("AttachedSystemPolicies", limits.system_attachments),
        )
    }
    return {
        "SummaryMap": {
            "Users": amounts["users"],
            "UsersQuota": limits.users,
            "Groups": amounts["groups"],
            "GroupsQuota": limits.groups,
            "Roles": amounts["roles"],
            "RolesQuota": limits.roles,
            "Policies": amounts["policies"],
            "PoliciesQuota": limits.policies,
            "MFADevices": amounts["mfa_devices"],
            "MFADevicesInUse": in_use,
            "VirtualMFADevicesQuota": limits.mfa_devices,
            "GroupsPerUserQuota": limits.groups_per_user,
            "AccessKeysPerUserQuota": limits.keys_per_user,
            "PolicySizeQuota": limits.document_length,
            "VersionsPerPolicyQuota": limits.versions_per_policy,
            "ConditionsPerAKPolicyQuota": MOST_STATEMENTS,
            "IPItemsPerAKPolicyQuota": MOST_ADDRESSES,
            **per_principal,
        }
    }


def _fetch_users(call: Call, filters: tuple[Pair, ...]) -> Fetch:
    """In the states that the call asks for, and with the tags."""
    states = _states(call, default=STATES if filters else STATES[:1])

    def fetch(after: int, size: int) -> list[Row]:
        return call.store.rows(PAGE, after, states[0], states[-1], size)

    def fetch_tagged(after: int, size: int) -> list[Row]:
        wanted = json.dumps(filters)
        return call.store.rows(USER_PAGE, after, states[0], states[-1], filters[0][0], wanted, size)

    return fetch_tagged if filters else fetch


def find_user(call: Call) -> Row:
    """By exactly one of principal name, id, or the id of one of the user's keys."""
    params = call.params
    if params.get("UserPrincipalName"):
        return find_named(call, USER, read_principal_name(call, params["UserPrincipalName"]))
    if params.get("UserAccessKeyId"):
        owner = call.store.value(
            "SELECT user FROM access_keys WHERE AccessKeyId = ? AND user IS NOT NULL",
            params["UserAccessKeyId"],
        )
        if owner is None:
            raise missing_entity("User.AccessKey", params["UserAccessKeyId"])
        return user_at(call, owner)
    if not params.get("UserId"):
        raise Refusal("MissingUserPrincipalName", "Give UserPrincipalName or UserId.")
    return _find_by_id(call, params["UserId"])


def _find_by_id(call: Call, user_id: str) -> Row:
    row = call.store.row("SELECT * FROM users WHERE UserId = ?", user_id)
    if row is None:
        raise missing_entity("User", user_id)
    return row


def _show(call: Call, user: Row) -> dict[str, Json]:
    return {**pick(user, FIELDS), "UserPrincipalName": _principal(call, user)}


def _principal(call: Call, user: Row) -> str:
    return f"{user['UserName']}@{call.account.domain}"


def _states(call: Call, default: tuple[str, ...]) -> tuple[str, ...]:
    given = tuple(part.strip() for part in call.params.text("Status").split(",") if part.strip())
    if any(state not in STATES for state in given):
        raise bad_parameter("Status", "Format")
    return given or default


def _is_selecting(call: Call) -> bool:
    return bool(call.params.flat_names("ResourceId") or call.params.flat_names("ResourcePrincipalName"))


def _selected(call: Call) -> list[int]:
    """The users that the call selects, by id or by principal name, never by both."""
    if call.params.required("ResourceType") != "user":
        raise Refusal("InvalidParameter.ResourceType", "ResourceType must be user.")
    ids = call.params.flat_names("ResourceId")
    principals = call.params.flat_names("ResourcePrincipalName")
    if bool(ids) == bool(principals):
        raise Refusal("MissingResourceId", "Give either ResourceId.N or ResourcePrincipalName.N.")
    if len(ids) + len(principals) > MOST_RESOURCES:
        raise bad_parameter("ResourceId", "Length")
    named = (find_named(call, USER, read_principal_name(call, principal)) for principal in principals)
    return [row["seq"] for row in (*(_find_by_id(call, user_id) for user_id in ids), *named)]


def _tags_of(call: Call, numbers: Sequence[int]) -> dict[int, list[Json]]:
    tags: dict[int, list[Json]] = defaultdict(list)
    for row in call.store.rows(
        "SELECT * FROM tags WHERE kind = 'user' AND resource IN (SELECT value FROM json_each(?))",
        json.dumps(numbers),
    ):
        tags[row["resource"]].append({"TagKey": row["TagKey"], "TagValue": row["TagValue"]})
    return tags


def _ids_of(call: Call, numbers: Sequence[int]) -> dict[int, str]:
    rows = call.store.rows(
        "SELECT seq, UserId FROM users WHERE seq IN (SELECT value FROM json_each(?))", json.dumps(numbers)
    )
    return {row["seq"]: row["UserId"] for row in rows}


ACTIONS: dict[str, Action] = {
    "CreateUser": create_user,
    "DeleteUser": delete_user,
    "GetAccountSummary": get_account_summary,
    "GetDefaultDomain": get_default_domain,
    "GetUser": get_user,
    "ListGroups": list_groups,
    "ListTagResources": list_tag_resources,
    "ListUserBasicInfos": list_user_basic_infos,
    "ListUsers": list_users,
    "TagResources": tag_resources,
    "UntagResources": untag_resources,
    "UpdateUser": update_user,
}
