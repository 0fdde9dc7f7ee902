"""RAM roles (ram-api.md section 2.5). There is no rename, and a list does not show the trust document."""

import json

from ramstack.emulator.call import Action, Body, Call, Json
from ramstack.emulator.errors import in_use, taken_entity
from ramstack.emulator.nouns import ROLE, exists, find, login_name, new_number
from ramstack.emulator.rules import check_quota, check_tags, check_text, check_trust
from ramstack.emulator.shapes import ROLE as ROLE_FIELDS
from ramstack.emulator.shapes import ROLE_CREATED, ROLE_LISTED, pick, read_page
from ramstack.emulator.store import Row
from ramstack.emulator.tags import ROLE_PAGE, read_tags, write_tags

SESSION = (3600, 43200)
HELD_POLICY = "SELECT 1 FROM attachments WHERE kind = 'role' AND principal = ?"


def create_role(call: Call) -> Body:
    name = check_text("RoleName", call.params.required("RoleName"))
    trust = _read_trust(call, "AssumeRolePolicyDocument", call.params.required("AssumeRolePolicyDocument"))
    description = check_text("Description", call.params.text("Description"))
    tags = check_tags(call.params.json_tags("Tag"), "Ram")
    if exists(call, ROLE, name):
        raise taken_entity("Role", name)
    present = call.store.value("SELECT amount FROM tallies WHERE noun = 'roles'")
    check_quota("Role", present, call.settings.limits.roles)
    number = call.store.insert(
        "INSERT INTO roles (RoleId, RoleName, Description, AssumeRolePolicyDocument, MaxSessionDuration,"
        " AllowConsoleLogin, CreateDate, UpdateDate) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        new_number(call, "3"),
        name,
        description,
        trust,
        call.params.number("MaxSessionDuration", *SESSION, SESSION[0]),
        call.params.flag("AllowConsoleLogin", default=True),
        call.date,
        call.date,
    )
    write_tags(call, "role", [number], tags)
    return {"Role": _show(call, find(call, ROLE), ROLE_CREATED)}


def get_role(call: Call) -> Body:
    role = find(call, ROLE)
    return {
        "Role": {
            **_show(call, role, ROLE_FIELDS),
            "RolePrincipalName": login_name(call.account, ROLE, role["RoleName"]),
            "IsServiceLinkedRole": False,
        }
    }


def update_role(call: Call) -> Body:
    role, params = find(call, ROLE), call.params
    trust = params.text("NewAssumeRolePolicyDocument")
    call.store.run(
        "UPDATE roles SET AssumeRolePolicyDocument = ?, Description = ?, MaxSessionDuration = ?,"
        " AllowConsoleLogin = ?, UpdateDate = ? WHERE seq = ?",
        _read_trust(call, "NewAssumeRolePolicyDocument", trust)
        if trust
        else role["AssumeRolePolicyDocument"],
        check_text("NewDescription", params.text("NewDescription", role["Description"])),
        params.number("NewMaxSessionDuration", *SESSION, role["MaxSessionDuration"]),
        params.flag("NewAllowConsoleLogin", default=bool(role["AllowConsoleLogin"])),
        call.date,
        role["seq"],
    )
    return {"Role": _show(call, find(call, ROLE), ROLE_FIELDS)}


def delete_role(call: Call) -> Body:
    role = find(call, ROLE)
    if call.store.row(HELD_POLICY, role["seq"]):
        raise in_use("Role", role["RoleName"], "Policy")
    call.store.run("DELETE FROM tags WHERE kind = 'role' AND resource = ?", role["seq"])
    call.store.run("DELETE FROM sessions WHERE role = ?", role["seq"])
    call.store.run("DELETE FROM roles WHERE seq = ?", role["seq"])
    return {}


def list_roles(call: Call) -> Body:
    filters = json.dumps(call.params.json_tags("Tag"))

    def fetch(after: int, size: int) -> list[Row]:
        return call.store.rows(ROLE_PAGE, after, filters, size)

    rows, more = read_page(call, fetch, 1000)
    shown: list[Json] = [
        {**_show(call, row, ROLE_LISTED), "Tags": read_tags(call, "role", row["seq"])} for row in rows
    ]
    return {"Roles": {"Role": shown}, **more}


def _read_trust(call: Call, parameter: str, text: str) -> str:
    return check_trust(text, call.settings.limits.document_length, parameter)


def _show(call: Call, role: Row, fields: tuple[str, ...]) -> dict[str, Json]:
    return {**pick(role, fields), "Arn": f"acs:ram::{call.account.account_id}:role/{role['RoleName']}"}


ACTIONS: dict[str, Action] = {
    "CreateRole": create_role,
    "DeleteRole": delete_role,
    "GetRole": get_role,
    "ListRoles": list_roles,
    "UpdateRole": update_role,
}
