"""Versions of a policy: at most five, numbered upwards, one of them the default (ram-api.md section 2.4)."""

import re

from ramstack.emulator.call import Action, Body, Call, Json
from ramstack.emulator.errors import Refusal, bad_parameter, missing_entity
from ramstack.emulator.nouns import CUSTOM_POLICY, find, find_policy
from ramstack.emulator.rules import check_document, check_quota
from ramstack.emulator.store import Row

VERSION_ID = re.compile(r"v[1-9][0-9]{0,8}", re.ASCII)

ROTATE = "DeleteOldestNonDefaultVersionWhenLimitExceeded"
STRATEGIES = ("", "None", ROTATE)


def create_policy_version(call: Call) -> Body:
    policy = find(call, CUSTOM_POLICY)
    document = check_document(call.params.required("PolicyDocument"), call.settings.limits.document_length)
    _make_room(call, policy)
    version = add_version(call, policy["seq"], document)
    if call.params.flag("SetAsDefault"):
        _set_default(call, policy, version)
    policy = find(call, CUSTOM_POLICY)
    return {"PolicyVersion": show_version(version, policy)}


def get_policy_version(call: Call) -> Body:
    policy = find_policy(call)
    return {"PolicyVersion": show_version(_find_version(call, policy), policy)}


def list_policy_versions(call: Call) -> Body:
    policy = find_policy(call)
    shown: list[Json] = [show_version(row, policy) for row in _versions(call, policy)]
    return {"PolicyVersions": {"PolicyVersion": shown}}


def set_default_policy_version(call: Call) -> Body:
    policy = find(call, CUSTOM_POLICY)
    _set_default(call, policy, _find_version(call, policy))
    return {}


def delete_policy_version(call: Call) -> Body:
    policy = find(call, CUSTOM_POLICY)
    version = _find_version(call, policy)
    if version["VersionId"] == policy["DefaultVersion"]:
        raise Refusal("DeleteConflict.Policy.Version.Default", "The default version cannot be deleted.")
    _remove(call, policy, version)
    return {}


def add_version(call: Call, policy: int, document: str) -> Row:
    """Numbers go up and are never used again (GUESS, consistent with the samples)."""
    number = call.store.value("SELECT next_version FROM policies WHERE seq = ?", policy)
    call.store.run(
        "INSERT INTO versions (policy, number, VersionId, PolicyDocument, CreateDate) VALUES (?, ?, ?, ?, ?)",
        policy,
        number,
        f"v{number}",
        document,
        call.date,
    )
    call.store.run(
        "UPDATE policies SET next_version = next_version + 1, UpdateDate = ? WHERE seq = ?", call.date, policy
    )
    row = call.store.row("SELECT * FROM versions WHERE policy = ? AND number = ?", policy, number)
    assert row is not None
    return row


def default_version(call: Call, policy: Row) -> Row:
    row = call.store.row(
        "SELECT * FROM versions WHERE policy = ? AND number = ?",
        policy["seq"],
        int(policy["DefaultVersion"][1:]),
    )
    assert row is not None
    return row


def show_version(version: Row, policy: Row) -> dict[str, Json]:
    return {
        "VersionId": version["VersionId"],
        "IsDefaultVersion": version["VersionId"] == policy["DefaultVersion"],
        "PolicyDocument": version["PolicyDocument"],
        "CreateDate": version["CreateDate"],
    }


def _make_room(call: Call, policy: Row) -> None:
    """At the limit the oldest version that is not the default goes, where the call says so."""
    strategy = call.params.text("RotateStrategy")
    if strategy not in STRATEGIES:
        raise bad_parameter("RotateStrategy", "Format")
    versions, limit = _versions(call, policy), call.settings.limits.versions_per_policy
    spare = [row for row in versions if row["VersionId"] != policy["DefaultVersion"]]
    if len(versions) >= limit and strategy == ROTATE and spare:
        _remove(call, policy, spare[0])
        return
    check_quota("Policy.Version", len(versions), limit)


def _set_default(call: Call, policy: Row, version: Row) -> None:
    call.store.run(
        "UPDATE policies SET DefaultVersion = ?, UpdateDate = ? WHERE seq = ?",
        version["VersionId"],
        call.date,
        policy["seq"],
    )


def _remove(call: Call, policy: Row, version: Row) -> None:
    call.store.run("DELETE FROM versions WHERE policy = ? AND number = ?", policy["seq"], version["number"])


def _versions(call: Call, policy: Row) -> list[Row]:
    return call.store.rows("SELECT * FROM versions WHERE policy = ? ORDER BY number", policy["seq"])


def _find_version(call: Call, policy: Row) -> Row:
    name = call.params.required("VersionId")
    if not VERSION_ID.fullmatch(name):
        raise bad_parameter("VersionId", "Format")
    row = call.store.row(
        "SELECT * FROM versions WHERE policy = ? AND number = ?", policy["seq"], int(name[1:])
    )
    if row is None:
        raise missing_entity("Policy.Version", f"{policy['PolicyName']} {name}")
    return row


ACTIONS: dict[str, Action] = {
    "CreatePolicyVersion": create_policy_version,
    "DeletePolicyVersion": delete_policy_version,
    "GetPolicyVersion": get_policy_version,
    "ListPolicyVersions": list_policy_versions,
    "SetDefaultPolicyVersion": set_default_policy_version,
}
