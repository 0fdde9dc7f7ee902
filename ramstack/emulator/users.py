"""RAM users (ram-api.md section 2.2)."""

from collections.abc import Mapping

from ramstack.emulator.call import Action, Body, Call
from ramstack.emulator.errors import in_use, taken_entity
from ramstack.emulator.nouns import USER, exists, find, new_number
from ramstack.emulator.recyclebin import recycle_user
from ramstack.emulator.rules import check_quota, check_text
from ramstack.emulator.shapes import USER as USER_FIELDS
from ramstack.emulator.shapes import USER_CREATED, USER_LISTED, pick, pick_all, read_page
from ramstack.emulator.store import Row

TEXTS = ("DisplayName", "MobilePhone", "Email", "Comments")

TIES = {
    "Group": "SELECT 1 FROM memberships WHERE user = ?",
    "Policy": "SELECT 1 FROM attachments WHERE kind = 'user' AND principal = ?",
    "AccessKey": "SELECT 1 FROM access_keys WHERE user = ?",
    "LoginProfile": "SELECT 1 FROM login_profiles WHERE user = ?",
    "MFADevice": "SELECT 1 FROM mfa_devices WHERE user = ?",
}
"""What a user must be rid of before it can be deleted (section 5.3)."""


def create_user(call: Call) -> Body:
    name = check_text("UserName", call.params.required("UserName"))
    texts = {field: check_text(field, call.params.text(field)) for field in TEXTS}
    return {"User": pick(add_user(call, name, texts), USER_CREATED)}


def get_user(call: Call) -> Body:
    return {"User": pick(find(call, USER), USER_FIELDS)}


def update_user(call: Call) -> Body:
    return {"User": pick(change_user(call, find(call, USER), call.params), USER_LISTED)}


def delete_user(call: Call) -> Body:
    remove_user(call, find(call, USER))
    return {}


def list_users(call: Call) -> Body:
    def fetch(after: int, size: int) -> list[Row]:
        return call.store.rows("SELECT * FROM users WHERE seq > ? ORDER BY seq LIMIT ?", after, size)

    rows, more = read_page(call, fetch, 1000)
    return {"Users": {"User": pick_all(rows, USER_LISTED)}, **more}


def add_user(call: Call, name: str, texts: Mapping[str, str]) -> Row:
    """The checked name and texts become a user with an id of its own."""
    if exists(call, USER, name):
        raise taken_entity("User", name)
    present = call.store.value("SELECT amount FROM tallies WHERE noun = 'users'")
    check_quota("User", present, call.settings.limits.users)
    number = call.store.insert(
        "INSERT INTO users (UserId, UserName, DisplayName, MobilePhone, Email, Comments, CreateDate, UpdateDate)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        new_number(call, "2"),
        name,
        *(texts[field] for field in TEXTS),
        call.date,
        call.date,
    )
    return user_at(call, number)


def change_user(call: Call, user: Row, params: Mapping[str, str]) -> Row:
    """Applies the ``New...`` parameters that are present. A rename keeps the id."""
    name = check_text("NewUserName", params["NewUserName"]) if params.get("NewUserName") else user["UserName"]
    if name != user["UserName"] and exists(call, USER, name):
        raise taken_entity("User", name)
    texts = (
        check_text(f"New{field}", params[f"New{field}"]) if f"New{field}" in params else user[field]
        for field in TEXTS
    )
    call.store.run(
        "UPDATE users SET UserName = ?, DisplayName = ?, MobilePhone = ?, Email = ?, Comments = ?, UpdateDate = ?"
        " WHERE seq = ?",
        name,
        *texts,
        call.date,
        user["seq"],
    )
    return user_at(call, user["seq"])


def remove_user(call: Call, user: Row) -> None:
    for tie, sql in TIES.items():
        if call.store.row(sql, user["seq"]):
            raise in_use("User", user["UserName"], tie)
    recycle_user(call, user)


def user_at(call: Call, number: int) -> Row:
    row = call.store.row("SELECT * FROM users WHERE seq = ?", number)
    assert row is not None
    return row


ACTIONS: dict[str, Action] = {
    "CreateUser": create_user,
    "DeleteUser": delete_user,
    "GetUser": get_user,
    "ListUsers": list_users,
    "UpdateUser": update_user,
}
