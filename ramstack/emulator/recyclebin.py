"""The recycle bin: users and keys that were deleted, for thirty days (ram-api.md section 5.4).

Whatever deletes a user or a key, of RAM or of IMS, puts it here. A user comes back with its id, its texts and its tags;
a name that somebody else bears by now cannot come back. What is due is gone for everybody, and swept out by the way.
"""

import json
import re
from datetime import timedelta

from ramstack.emulator.call import Action, Body, Call, Json, write_date
from ramstack.emulator.errors import bad_parameter, missing_entity, taken_entity
from ramstack.emulator.nouns import USER, exists, login_name, read_principal_name
from ramstack.emulator.rules import check_quota
from ramstack.emulator.shapes import pick, read_page
from ramstack.emulator.store import Row, Value

KEPT = timedelta(days=30)
FILTER = re.compile(r"\s*UserPrincipalName\s+eq\s+\"?([^\s\"]+)\"?\s*")

PAGE = "SELECT * FROM recycled_users WHERE DeleteDate > ? AND ? IN ('', UserName) AND seq > ? ORDER BY seq LIMIT ?"
OLDEST = """
 SELECT seq FROM recycled_users ORDER BY RecycleDate DESC, seq DESC LIMIT -1 OFFSET ?"""
OLDEST_KEYS = """
 SELECT seq FROM recycled_keys WHERE user = ? ORDER BY RecycleDate DESC, seq DESC LIMIT -1 OFFSET ?"""

DATES = ("RecycleDate", "DeleteDate")


def recycle_user(call: Call, user: Row) -> None:
    """The user is gone from the account, and the oldest from a bin that is full."""
    tags = call.store.rows(
        "SELECT TagKey, TagValue FROM tags WHERE kind = 'user' AND resource = ?", user["seq"]
    )
    facts = {"user": dict(user), "tags": [[row["TagKey"], row["TagValue"]] for row in tags]}
    call.store.run(
        "INSERT INTO recycled_users (seq, UserId, UserName, facts, RecycleDate, DeleteDate) VALUES (?, ?, ?, ?, ?, ?)",
        *(user["seq"], user["UserId"], user["UserName"]),
        json.dumps(facts),
        *_dates(call),
    )
    call.store.run("DELETE FROM tags WHERE kind = 'user' AND resource = ?", user["seq"])
    call.store.run("DELETE FROM users WHERE seq = ?", user["seq"])
    _sweep(call)
    for row in call.store.rows(OLDEST, call.settings.limits.recycled_users):
        _forget_user(call, row["seq"])


def recycle_key(call: Call, key: Row) -> None:
    call.store.run(
        "INSERT INTO recycled_keys (seq, AccessKeyId, user, facts, RecycleDate, DeleteDate) VALUES (?, ?, ?, ?, ?, ?)",
        *(key["seq"], key["AccessKeyId"], key["user"]),
        json.dumps(dict(key)),
        *_dates(call),
    )
    call.store.run("DELETE FROM access_keys WHERE seq = ?", key["seq"])
    _sweep(call)
    for row in call.store.rows(OLDEST_KEYS, key["user"], call.settings.limits.recycled_keys_per_user):
        call.store.run("DELETE FROM recycled_keys WHERE seq = ?", row["seq"])


def list_users_in_recycle_bin(call: Call) -> Body:
    wanted = _read_filter(call)

    def fetch(after: int, size: int) -> list[Row]:
        return call.store.rows(PAGE, call.date, wanted, after, size)

    rows, more = read_page(call, fetch, 100)
    return {"Users": {"User": [_show_user(call, row) for row in rows]}, **more}


def get_user_in_recycle_bin(call: Call) -> Body:
    """By the user's id, or by that of a key that is in the bin."""
    if call.params.get("UserAccessKeyId") and not call.params.get("UserId"):
        key = _find_key(call)
        row = call.store.row(
            "SELECT * FROM recycled_users WHERE seq = ? AND DeleteDate > ?", key["user"], call.date
        )
        if row is None:
            raise missing_entity("User", call.params["UserAccessKeyId"])
        return {"User": _show_user(call, row)}
    return {"User": _show_user(call, _find_user(call))}


def restore_user(call: Call) -> Body:
    row = _find_user(call)
    facts = json.loads(row["facts"])
    if exists(call, USER, row["UserName"]):
        raise taken_entity("User", row["UserName"])
    present = call.store.value("SELECT amount FROM tallies WHERE noun = 'users'")
    check_quota("User", present, call.settings.limits.users)
    _insert(call, "users", facts["user"])
    for key, value in facts["tags"]:
        _insert(call, "tags", {"kind": "user", "resource": row["seq"], "TagKey": key, "TagValue": value})
    call.store.run("DELETE FROM recycled_users WHERE seq = ?", row["seq"])
    return {}


def delete_user_for_good(call: Call) -> Body:
    _forget_user(call, _find_user(call)["seq"])
    return {}


def list_keys_in_recycle_bin(call: Call) -> Body:
    user = _number_of(call, call.params.required("UserId"))
    rows = call.store.rows(
        "SELECT * FROM recycled_keys WHERE user = ? AND DeleteDate > ? ORDER BY seq", user, call.date
    )
    return {"AccessKeys": {"AccessKey": [_show_key(row) for row in rows]}}


def get_key_in_recycle_bin(call: Call) -> Body:
    key = _find_key(call)
    user = call.store.row("SELECT UserId, UserName FROM users WHERE seq = ?", key["user"])
    owner = user or call.store.row("SELECT UserId, UserName FROM recycled_users WHERE seq = ?", key["user"])
    shown = {
        "UserId": owner["UserId"] if owner else "",
        "UserPrincipalName": login_name(call.account, USER, owner["UserName"]) if owner else "",
        "UserRecycled": user is None,
    }
    return {"AccessKey": {**_show_key(key), **shown}}


def restore_key(call: Call) -> Body:
    """Its user must be there, with room for it."""
    key = _find_key(call)
    if call.store.row("SELECT 1 FROM users WHERE seq = ?", key["user"]) is None:
        raise missing_entity("User", key["AccessKeyId"])
    present = call.store.value("SELECT count(*) FROM access_keys WHERE user = ?", key["user"])
    check_quota("User.AccessKey", present, call.settings.limits.keys_per_user)
    _insert(call, "access_keys", json.loads(key["facts"]))
    call.store.run("DELETE FROM recycled_keys WHERE seq = ?", key["seq"])
    return {}


def delete_key_for_good(call: Call) -> Body:
    call.store.run("DELETE FROM recycled_keys WHERE seq = ?", _find_key(call)["seq"])
    return {}


def _find_user(call: Call) -> Row:
    user_id = call.params.required("UserId")
    row = call.store.row(
        "SELECT * FROM recycled_users WHERE UserId = ? AND DeleteDate > ?", user_id, call.date
    )
    if row is None:
        raise missing_entity("User", user_id)
    return row


def _find_key(call: Call) -> Row:
    key_id = call.params.required("UserAccessKeyId")
    row = call.store.row(
        "SELECT * FROM recycled_keys WHERE AccessKeyId = ? AND DeleteDate > ?", key_id, call.date
    )
    is_theirs = row is not None and (
        not call.params.get("UserId") or row["user"] == _number_of(call, call.params["UserId"])
    )
    if row is None or not is_theirs:
        raise missing_entity("User.AccessKey", key_id)
    return row


def _number_of(call: Call, user_id: str) -> int:
    """Of a user who is there or in the bin."""
    number = call.store.value(
        "SELECT seq FROM users WHERE UserId = ?1 UNION SELECT seq FROM recycled_users WHERE UserId = ?1",
        user_id,
    )
    if number is None:
        raise missing_entity("User", user_id)
    return int(number)


def _read_filter(call: Call) -> str:
    """``UserPrincipalName eq <login name>``; empty for everybody."""
    text = call.params.text("Filter")
    found = FILTER.fullmatch(text)
    if text and not found:
        raise bad_parameter("Filter", "Format")
    return read_principal_name(call, found[1]) if found else ""


def _show_user(call: Call, row: Row) -> dict[str, Json]:
    user = json.loads(row["facts"])["user"]
    return {
        "UserId": row["UserId"],
        "UserPrincipalName": login_name(call.account, USER, row["UserName"]),
        "DisplayName": user["DisplayName"],
        "CreateDate": user["CreateDate"],
        **pick(row, DATES),
    }


def _show_key(row: Row) -> dict[str, Json]:
    created = json.loads(row["facts"])["CreateDate"]
    return {"AccessKeyId": row["AccessKeyId"], "CreateDate": created, **pick(row, DATES)}


def _dates(call: Call) -> tuple[str, str]:
    return call.date, write_date(call.now + KEPT)


def _sweep(call: Call) -> None:
    for row in call.store.rows("SELECT seq FROM recycled_users WHERE DeleteDate <= ?", call.date):
        _forget_user(call, row["seq"])
    call.store.run("DELETE FROM recycled_keys WHERE DeleteDate <= ?", call.date)


def _forget_user(call: Call, number: int) -> None:
    call.store.run("DELETE FROM recycled_keys WHERE user = ?", number)
    call.store.run("DELETE FROM recycled_users WHERE seq = ?", number)


def _insert(call: Call, table: str, facts: dict[str, Value]) -> None:
    columns, places = ", ".join(facts), ", ".join("?" * len(facts))
    call.store.run(
        f"INSERT INTO {table} ({columns}) VALUES ({places})",  # noqa: S608 - columns of our own rows
        *facts.values(),
    )


ACTIONS: dict[str, Action] = {
    "DeleteAccessKeyInRecycleBin": delete_key_for_good,
    "DeleteUserInRecycleBin": delete_user_for_good,
    "GetAccessKeyInfoInRecycleBin": get_key_in_recycle_bin,
    "GetUserInRecycleBin": get_user_in_recycle_bin,
    "ListAccessKeysInRecycleBin": list_keys_in_recycle_bin,
    "ListUsersInRecycleBin": list_users_in_recycle_bin,
    "RestoreAccessKeyFromRecycleBin": restore_key,
    "RestoreUserFromRecycleBin": restore_user,
}
