"""Resource groups: scopes that a policy may be attached in (ram-api.md section 3.3)."""

import re

from ramstack.emulator.call import Action, Body, Call, Json
from ramstack.emulator.errors import Refusal, bad_parameter, in_use, missing_entity, taken_entity
from ramstack.emulator.shapes import pick
from ramstack.emulator.store import Row
from ramstack.emulator.world import draw

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{1,49}", re.ASCII)
GROUP_ID = re.compile(r"rg-[A-Za-z0-9]{1,64}", re.ASCII)
LONGEST_DISPLAY_NAME = 50
SUFFIX = 13

PAGE = """
 SELECT * FROM resource_groups WHERE ?1 IN ('', Name) AND ?2 IN ('', Id) AND ?3 IN ('', DisplayName)
 ORDER BY seq LIMIT ?4 OFFSET ?5"""
COUNT = "SELECT count(*) FROM resource_groups WHERE ?1 IN ('', Name) AND ?2 IN ('', Id) AND ?3 IN ('', DisplayName)"


def create_resource_group(call: Call) -> Body:
    name, display_name = call.params.required("Name"), call.params.required("DisplayName")
    if not NAME.fullmatch(name):
        raise bad_parameter("Name", "Format")
    _check_display_name("DisplayName", display_name)
    if call.store.row("SELECT 1 FROM resource_groups WHERE Name = ?", name):
        raise taken_entity("ResourceGroup", name)
    number = call.store.insert(
        "INSERT INTO resource_groups (Id, Name, DisplayName, CreateDate) VALUES (?, ?, ?, ?)",
        f"rg-{draw(call.dice, SUFFIX).lower()}",
        name,
        display_name,
        call.date,
    )
    return {"ResourceGroup": _show(call, _at(call, number))}


def get_resource_group(call: Call) -> Body:
    return {"ResourceGroup": _show(call, _find(call))}


def list_resource_groups(call: Call) -> Body:
    params = call.params
    number, size = params.number("PageNumber", 1, 10**8, 1), params.number("PageSize", 1, 100, 10)
    filters = (params.text("Name"), params.text("ResourceGroupId"), params.text("DisplayName"))
    rows = call.store.rows(PAGE, *filters, size, (number - 1) * size)
    return {
        "PageNumber": number,
        "PageSize": size,
        "TotalCount": call.store.value(COUNT, *filters),
        "ResourceGroups": {"ResourceGroup": [_show(call, row) for row in rows]},
    }


def update_resource_group(call: Call) -> Body:
    group, name = _find(call), call.params.required("NewDisplayName")
    _check_display_name("NewDisplayName", name)
    call.store.run("UPDATE resource_groups SET DisplayName = ? WHERE seq = ?", name, group["seq"])
    return {"ResourceGroup": _show(call, _at(call, group["seq"]))}


def delete_resource_group(call: Call) -> Body:
    """Gone at once; a group that grants are made in stays."""
    group = _find(call)
    if call.store.row("SELECT 1 FROM attachments WHERE scope = ?", group["Id"]):
        raise in_use("ResourceGroup", group["Id"], "Policy")
    call.store.run("DELETE FROM resource_groups WHERE seq = ?", group["seq"])
    return {"ResourceGroup": {**_show(call, group), "Status": "PendingDelete"}}


def read_scope(call: Call) -> str:
    """The account itself, or a resource group, which need not be there: accounts may have more than are emulated."""
    scope = call.params.required("ResourceGroupId")
    if scope != call.account.account_id and not GROUP_ID.fullmatch(scope):
        raise Refusal("InvalidParameter.ResourceGroupId", "Give a resource group's id, or the account's.")
    return scope


def _find(call: Call) -> Row:
    group_id = call.params.required("ResourceGroupId")
    if not GROUP_ID.fullmatch(group_id):
        raise Refusal("InvalidParameter.ResourceGroupId", "Give a resource group's id, or the account's.")
    row = call.store.row("SELECT * FROM resource_groups WHERE Id = ?", group_id)
    if row is None:
        raise missing_entity("ResourceGroup", group_id)
    return row


def _at(call: Call, number: int) -> Row:
    row = call.store.row("SELECT * FROM resource_groups WHERE seq = ?", number)
    assert row is not None
    return row


def _show(call: Call, group: Row) -> dict[str, Json]:
    shown = pick(group, ("Id", "Name", "DisplayName", "CreateDate"))
    return {**shown, "Status": "OK", "AccountId": call.account.account_id}


def _check_display_name(parameter: str, name: str) -> None:
    if not 1 <= len(name) <= LONGEST_DISPLAY_NAME:
        raise bad_parameter(parameter, "Length")


ACTIONS: dict[str, Action] = {
    "CreateResourceGroup": create_resource_group,
    "DeleteResourceGroup": delete_resource_group,
    "GetResourceGroup": get_resource_group,
    "ListResourceGroups": list_resource_groups,
    "UpdateResourceGroup": update_resource_group,
}
