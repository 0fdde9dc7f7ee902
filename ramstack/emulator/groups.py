"""RAM groups and who is in them (ram-api.md section 2.3)."""

from ramstack.emulator.call import Action, Body, Call
from ramstack.emulator.errors import in_use, missing_entity, taken_entity
from ramstack.emulator.nouns import GROUP, USER, exists, find, new_number
from ramstack.emulator.rules import check_quota, check_text
from ramstack.emulator.shapes import GROUP as GROUP_FIELDS
from ramstack.emulator.shapes import GROUP_CREATED, pick, pick_all, read_page
from ramstack.emulator.store import Row

TIES = {
    "User": "SELECT 1 FROM memberships WHERE member_of = ?",
    "Policy": "SELECT 1 FROM attachments WHERE kind = 'group' AND principal = ?",
}


def create_group(call: Call) -> Body:
    name = check_text("GroupName", call.params.required("GroupName"))
    comments = check_text("Comments", call.params.text("Comments"))
    if exists(call, GROUP, name):
        raise taken_entity("Group", name)
    present = call.store.value("SELECT amount FROM tallies WHERE noun = 'groups'")
    check_quota("Group", present, call.settings.limits.groups)
    number = call.store.insert(
        "INSERT INTO groups (GroupId, GroupName, Comments, CreateDate, UpdateDate) VALUES (?, ?, ?, ?, ?)",
        new_number(call, "7"),
        name,
        comments,
        call.date,
        call.date,
    )
    return {"Group": pick(_group_at(call, number), GROUP_CREATED)}


def get_group(call: Call) -> Body:
    return {"Group": pick(find(call, GROUP), GROUP_FIELDS)}


def update_group(call: Call) -> Body:
    group, params = find(call, GROUP), call.params
    name = check_text("NewGroupName", params.text("NewGroupName") or group["GroupName"])
    if name != group["GroupName"] and exists(call, GROUP, name):
        raise taken_entity("Group", name)
    call.store.run(
        "UPDATE groups SET GroupName = ?, Comments = ?, UpdateDate = ? WHERE seq = ?",
        name,
        check_text("NewComments", params.text("NewComments", group["Comments"])),
        call.date,
        group["seq"],
    )
    return {"Group": pick(_group_at(call, group["seq"]), GROUP_FIELDS)}


def delete_group(call: Call) -> Body:
    group = find(call, GROUP)
    for tie, sql in TIES.items():
        if call.store.row(sql, group["seq"]):
            raise in_use("Group", group["GroupName"], tie)
    call.store.run("DELETE FROM groups WHERE seq = ?", group["seq"])
    return {}


def list_groups(call: Call) -> Body:
    rows, more = read_page(call, lambda after, size: groups_after(call, after, size), 100)
    return {"Groups": {"Group": pick_all(rows, GROUP_FIELDS)}, **more}


def add_user_to_group(call: Call) -> Body:
    user, group = find(call, USER), find(call, GROUP)
    if _membership(call, user, group):
        raise taken_entity("User.Group", f"{user['UserName']} in {group['GroupName']}")
    joined = call.store.value("SELECT count(*) FROM memberships WHERE user = ?", user["seq"])
    check_quota("User.Group", joined, call.settings.limits.groups_per_user)
    call.store.insert(
        "INSERT INTO memberships (user, member_of, JoinDate) VALUES (?, ?, ?)",
        user["seq"],
        group["seq"],
        call.date,
    )
    return {}


def remove_user_from_group(call: Call) -> Body:
    user, group = find(call, USER), find(call, GROUP)
    membership = _membership(call, user, group)
    if membership is None:
        raise missing_entity("User.Group", f"{user['UserName']} in {group['GroupName']}")
    call.store.run("DELETE FROM memberships WHERE seq = ?", membership["seq"])
    return {}


def list_groups_for_user(call: Call) -> Body:
    rows = call.store.rows(
        "SELECT g.*, m.JoinDate FROM memberships m JOIN groups g ON g.seq = m.member_of WHERE m.user = ?"
        " ORDER BY m.seq",
        find(call, USER)["seq"],
    )
    return {"Groups": {"Group": pick_all(rows, ("GroupId", "GroupName", "Comments", "JoinDate"))}}


def list_users_for_group(call: Call) -> Body:
    rows, more = read_page(call, lambda after, size: members_after(call, after, size), 1000)
    return {"Users": {"User": pick_all(rows, ("UserName", "DisplayName", "JoinDate"))}, **more}


def groups_after(call: Call, after: int, size: int) -> list[Row]:
    return call.store.rows("SELECT * FROM groups WHERE seq > ? ORDER BY seq LIMIT ?", after, size)


def members_after(call: Call, after: int, size: int) -> list[Row]:
    """Members of the group that the call names, in the order in which they joined."""
    return call.store.rows(
        "SELECT m.seq, m.JoinDate, u.UserId, u.UserName, u.DisplayName FROM memberships m"
        " JOIN users u ON u.seq = m.user WHERE m.member_of = ? AND m.seq > ? ORDER BY m.seq LIMIT ?",
        find(call, GROUP)["seq"],
        after,
        size,
    )


def _membership(call: Call, user: Row, group: Row) -> Row | None:
    return call.store.row(
        "SELECT seq FROM memberships WHERE user = ? AND member_of = ?", user["seq"], group["seq"]
    )


def _group_at(call: Call, number: int) -> Row:
    row = call.store.row("SELECT * FROM groups WHERE seq = ?", number)
    assert row is not None
    return row


ACTIONS: dict[str, Action] = {
    "AddUserToGroup": add_user_to_group,
    "CreateGroup": create_group,
    "DeleteGroup": delete_group,
    "GetGroup": get_group,
    "ListGroups": list_groups,
    "ListGroupsForUser": list_groups_for_user,
    "ListUsersForGroup": list_users_for_group,
    "RemoveUserFromGroup": remove_user_from_group,
    "UpdateGroup": update_group,
}
