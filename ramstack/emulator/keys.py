"""Access keys of users (ram-api.md section 2.6). A secret is shown once, when the key is born."""

from ramstack.emulator.call import Action, Body, Call
from ramstack.emulator.errors import Refusal, bad_parameter, missing_entity
from ramstack.emulator.nouns import USER, find
from ramstack.emulator.recyclebin import recycle_key
from ramstack.emulator.rules import check_quota
from ramstack.emulator.shapes import pick, pick_all
from ramstack.emulator.store import Row
from ramstack.emulator.world import new_key

STATES = ("Active", "Inactive")


def create_access_key(call: Call) -> Body:
    user = find_owner(call)
    present = call.store.value("SELECT count(*) FROM access_keys WHERE user = ?", user["seq"])
    check_quota("User.AccessKey", present, call.settings.limits.keys_per_user)
    key = new_key(call.dice)
    call.store.insert(
        "INSERT INTO access_keys (AccessKeyId, secret, user, CreateDate) VALUES (?, ?, ?, ?)",
        key.key_id,
        key.secret,
        user["seq"],
        call.date,
    )
    shown = pick(_key_of(call, user, key.key_id), ("AccessKeyId", "Status", "CreateDate"))
    return {"AccessKey": {**shown, "AccessKeySecret": key.secret}}


def update_access_key(call: Call) -> Body:
    key = find_key(call)
    status = call.params.required("Status")
    if status not in STATES:
        raise bad_parameter("Status", "Format")
    call.store.run("UPDATE access_keys SET Status = ? WHERE seq = ?", status, key["seq"])
    return {}


def delete_access_key(call: Call) -> Body:
    """An active key may be deleted too (GUESS: terraform does so)."""
    recycle_key(call, find_key(call))
    return {}


def list_access_keys(call: Call) -> Body:
    rows = call.store.rows("SELECT * FROM access_keys WHERE user = ? ORDER BY seq", find_owner(call)["seq"])
    return {"AccessKeys": {"AccessKey": pick_all(rows, ("AccessKeyId", "Status", "CreateDate"))}}


def get_access_key_last_used(call: Call) -> Body:
    return {"AccessKeyLastUsed": pick(find_key(call), ("LastUsedDate",))}


def find_owner(call: Call) -> Row:
    """The user that the call names; without a name the caller."""
    if call.params.get("UserName"):
        return find(call, USER)
    if call.caller.kind != "user" or call.caller.number is None:
        raise Refusal("NotEmulated", "The root user's own keys cannot be managed in the embedded account.")
    owner = call.store.row("SELECT * FROM users WHERE seq = ?", call.caller.number)
    if owner is None:  # where reads lag, to a time before the caller
        raise missing_entity("User", call.caller.display_name)
    return owner


def find_key(call: Call) -> Row:
    return _key_of(call, find_owner(call), call.params.required("UserAccessKeyId"))


def _key_of(call: Call, user: Row, key_id: str) -> Row:
    row = call.store.row("SELECT * FROM access_keys WHERE AccessKeyId = ? AND user = ?", key_id, user["seq"])
    if row is None:
        raise missing_entity("User.AccessKey", key_id)
    return row


ACTIONS: dict[str, Action] = {
    "CreateAccessKey": create_access_key,
    "DeleteAccessKey": delete_access_key,
    "GetAccessKeyLastUsed": get_access_key_last_used,
    "ListAccessKeys": list_access_keys,
    "UpdateAccessKey": update_access_key,
}
