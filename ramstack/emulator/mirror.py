"""IMS actions that do what RAM's action of the same name does; only users go by their principal names."""

from dataclasses import replace

from ramstack.emulator import groups, keypolicies, keys, logon, mfa
from ramstack.emulator.call import Action, Body, Call, Json
from ramstack.emulator.errors import Refusal, bad_parameter
from ramstack.emulator.nouns import USER, find, login_name, read_principal_name
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
    "DeleteAccessKey",
    "DeleteGroup",
    "DeleteLoginProfile",
    "GetAccessKeyPolicy",
    "GetGroup",
    "GetUserMFAInfo",
    "ListAccessKeys",
    "ListGroupsForUser",
    "RemoveUserFromGroup",
    "SetAccessKeyPolicy",
    "UnbindMFADevice",
    "UpdateAccessKey",
    "UpdateGroup",
)


PROFILE = ("Status", "PasswordResetRequired", "MFABindRequired", "UpdateDate")


def in_terms_of_ims(action: Action) -> Action:
    """What is missing bears the name that IMS has for it."""

    def named(call: Call) -> Body:
        try:
            return action(call)
        except Refusal as refusal:
            if refusal.code != "MissingUserName":
                raise
            raise Refusal(
                "MissingUserPrincipalName", "The parameter UserPrincipalName is required."
            ) from refusal

    return named


def mirror(action: Action) -> Action:
    def mirrored(call: Call) -> Body:
        return _with_principals(call, action(_with_names(call)))

    return mirrored


def get_access_key_last_used(call: Call) -> Body:
    """Tells the service, too."""
    key = keys.find_key(_with_names(call))
    return {
        "AccessKeyLastUsed": {**pick(key, ("LastUsedDate",)), "ServiceName": key["LastUsedService"]},
    }


def get_login_profile(call: Call) -> Body:
    """With its status, and when the user last logged on."""
    named = _with_names(call)
    user = find(named, USER)
    return {
        "LoginProfile": {
            "UserPrincipalName": login_name(call.account, USER, user["UserName"]),
            **pick(logon.find_profile(named, user), PROFILE),
            "LastLoginTime": user["LastLoginDate"],
        }
    }


def create_login_profile(call: Call) -> Body:
    logon.create_login_profile(_with_names(call))
    _set_status(call)
    return get_login_profile(call)


def update_login_profile(call: Call) -> Body:
    logon.update_login_profile(_with_names(call))
    _set_status(call)
    return {}


def _set_status(call: Call) -> None:
    status = call.params.text("Status")
    if status and status not in logon.STATES:
        raise bad_parameter("Status", "Format")
    if status:
        user = find(_with_names(call), USER)
        call.store.run("UPDATE login_profiles SET Status = ? WHERE user = ?", status, user["seq"])


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
    """A user's plain name is no parameter of IMS."""
    params = {name: value for name, value in call.params.items() if name != "UserName"}
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
    name: in_terms_of_ims(action)
    for name, action in {
        **{name: mirror(RAMS[name]) for name in MIRRORED},
        "CreateLoginProfile": create_login_profile,
        "GetAccessKeyLastUsed": get_access_key_last_used,
        "GetLoginProfile": get_login_profile,
        "ListUsersForGroup": list_users_for_group,
        "UpdateLoginProfile": update_login_profile,
    }.items()
}
