"""IMS actions that do what RAM's action of the same name does; only users go by their principal names."""

from dataclasses import replace

from ramstack.emulator import groups, keypolicies, keys, logon, mfa
from ramstack.emulator.call import Action, Body, Call, Json
from ramstack.emulator.nouns import USER, login_name, read_principal_name
from ramstack.emulator.params import Params
from ramstack.emulator.shapes import pick, read_page

RAMS: dict[str, Action] = {
    **groups.ACTIONS,
    **keys.ACTIONS,
    **logon.ACTIONS,
    **mfa.ACTIONS,
    **keypolicies.ACTIONS,
}

MIRRORED = (
    "AddUserToGroup",
    "BindMFADevice",
    "CreateAccessKey",
    "CreateGroup",
    "CreateLoginProfile",
    "DeleteAccessKey",
    "DeleteGroup",
    "DeleteLoginProfile",
    "GetAccessKeyLastUsed",
    "GetAccessKeyPolicy",
    "GetGroup",
    "GetLoginProfile",
    "GetUserMFAInfo",
    "ListAccessKeys",
    "ListGroupsForUser",
    "RemoveUserFromGroup",
    "SetAccessKeyPolicy",
    "UnbindMFADevice",
    "UpdateAccessKey",
    "UpdateGroup",
    "UpdateLoginProfile",
)


def mirror(action: Action) -> Action:
    def mirrored(call: Call) -> Body:
        return _with_principals(call, action(_with_names(call)))

    return mirrored


def list_users_for_group(call: Call) -> Body:
    """Shows ids too, and no more than a hundred a page."""
    rows, more = read_page(call, lambda after, size: groups.members_after(call, after, size), 100)
    shown: list[Json] = [
        {
            **pick(row, ("UserId", "DisplayName", "JoinDate")),
            "UserPrincipalName": login_name(call.account, USER, row["UserName"]),
        }
        for row in rows
    ]
    return {"Users": {"User": shown}, **more}


def _with_names(call: Call) -> Call:
    params = dict(call.params)
    if params.get("UserPrincipalName"):
        params["UserName"] = read_principal_name(call, params["UserPrincipalName"])
    return replace(call, params=Params(params))


def _with_principals(call: Call, body: Body) -> Body:
    """A user's name anywhere in the reply becomes the principal name."""
    return {
        "UserPrincipalName" if name == "UserName" else name: _translate(call, name, value)
        for name, value in body.items()
    }


def _translate(call: Call, name: str, value: Json) -> Json:
    match value:
        case dict():
            return _with_principals(call, value)
        case str() if name == "UserName":
            return login_name(call.account, USER, value)
        case _:
            return value


ACTIONS: dict[str, Action] = {
    **{name: mirror(RAMS[name]) for name in MIRRORED},
    "ListUsersForGroup": list_users_for_group,
}
