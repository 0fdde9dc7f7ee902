"""What a call is about: whom and what it names, in whatever way, as paths and as ARNs (ram-api.md section 2.8).

A user is the same by its name, its id, its login name, or a key of its own, and a parameter that the action does not
read names nothing: else a policy could be walked around.
"""

import json
import re
from collections.abc import Iterator

from ramstack.emulator.call import Account, Caller
from ramstack.emulator.errors import Refusal
from ramstack.emulator.params import Params
from ramstack.emulator.store import Store

OF_USER = re.compile(
    r".*User|AddUserToGroup|RemoveUserFromGroup|.*AccessKey.*|.*LoginProfile|(Unb|B)indMFADevice|GetUserMFAInfo"
)
OF_GROUP = re.compile(r".*Group")
OF_ROLE = re.compile(r".*Role")
OF_POLICY = re.compile(
    r"(Create|Get|Delete)Policy|.*PolicyVersions?|UpdatePolicyDescription|(Attach|Detach)Policy.*|ListEntitiesForPolicy"
    r"|ListPolicyAttachments"
)

NAMED = {
    "Ram": {
        "UserName": ("user/", OF_USER),
        "GroupName": ("group/", OF_GROUP),
        "RoleName": ("role/", OF_ROLE),
        "PolicyName": ("policy/", OF_POLICY),
    },
    "Ims": {"UserPrincipalName": ("user/", OF_USER), "GroupName": ("group/", OF_GROUP)},
    "ResourceManager": {"PolicyName": ("policy/", OF_POLICY)},
}
"""By product: the parameters that name a resource of RAM, and the actions that read them."""

PRINCIPALS = {"IMSUser": "user/", "IMSGroup": "group/", "ServiceRole": "role/"}

BY_ID = """
 SELECT UserName FROM users WHERE UserId IN (SELECT value FROM json_each(?1))
 UNION SELECT UserName FROM recycled_users WHERE UserId IN (SELECT value FROM json_each(?1))"""
BY_KEY = "SELECT UserName FROM users WHERE seq = (SELECT user FROM access_keys WHERE AccessKeyId = ?)"
OWN_CASE = "SELECT PolicyName FROM policies WHERE PolicyType = 'System' AND PolicyName = ? COLLATE NOCASE"

TYPED = re.compile(
    r"GetPolicy(Version)?|ListPolicyVersions|(Attach|Detach)Policy.*|ListEntitiesForPolicy|ListPolicyAttachments"
)
"""Actions that take system policies too."""

OF_ALL = {"User": "user/*", "Group": "group/*", "Role": "role/*", "Polic": "policy/*"}
"""Where a call names nothing: the noun in the action's name."""

OF_NONE = re.compile(r".*(ResourceGroup|PasswordPolicy|AccessKeyPolicy|RecycleBin).*")
"""What only sounds like one of those nouns; and the recycle bin, which is one resource."""

OWN = re.compile(r".*AccessKey.*|ChangePassword")
"""Actions that are about the caller where they name nobody."""

ROLE_ARN = re.compile(r"acs:ram::([0-9]+):role/(.*)", re.IGNORECASE | re.DOTALL)


def resources_of(
    store: Store, account: Account, product: str, action: str, params: Params, caller: Caller
) -> tuple[str, ...]:
    """ARNs, at least one. Products other than RAM's own are asked about as a whole."""
    if product == "Ice":
        return (f"acs:ice:*:{account.account_id}:*",)
    if product == "Sts":
        return (_role_of(account, params),)
    paths = tuple(dict.fromkeys(_paths(store, product, action, params)))
    if (
        caller.kind == "user"
        and OWN.fullmatch(action)
        and not any(path.startswith("user/") for path in paths)
    ):
        paths = (f"user/{caller.display_name}", *paths)
    owner = "system" if _is_system(action, params) else account.account_id
    return tuple(
        f"acs:ram:*:{owner if path.startswith('policy/') else account.account_id}:{path}"
        for path in paths or (_all_of(action),)
    )


def _role_of(account: Account, params: Params) -> str:
    """What is malformed the action will refuse."""
    found = ROLE_ARN.fullmatch(params.text("RoleArn"))
    owner, name = found.groups() if found else (account.account_id, "*")
    return f"acs:ram:*:{owner}:role/{name}"


def _all_of(action: str) -> str:
    if OF_NONE.fullmatch(action):
        return "*"
    return next((resource for noun, resource in OF_ALL.items() if noun in action), "*")


def _paths(store: Store, product: str, action: str, params: Params) -> Iterator[str]:
    if "RecycleBin" in action:
        return
    for name, (prefix, actions) in NAMED.get(product, {}).items():
        if params.get(name) and actions.fullmatch(action):
            yield f"{prefix}{_bare(params[name])}" if name != "PolicyName" else _policy(store, action, params)
    if action.endswith("agResources"):
        yield from _tagged(store, product, params)
    if product == "Ims" and action.endswith("User"):
        yield from _users(store, params.text("UserId"))
        yield from (f"user/{row['UserName']}" for row in store.rows(BY_KEY, params.text("UserAccessKeyId")))
    if product == "ResourceManager" and OF_POLICY.fullmatch(action) and params.get("PrincipalName"):
        yield f"{PRINCIPALS.get(params.text('PrincipalType'), '')}{_bare(params['PrincipalName'])}"


def _policy(store: Store, action: str, params: Params) -> str:
    """A system policy is found in any case, and so it is judged in its own."""
    own = store.value(OWN_CASE, params["PolicyName"]) if _is_system(action, params) else None
    return f"policy/{own or params['PolicyName']}"


def _is_system(action: str, params: Params) -> bool:
    return params.get("PolicyType") == "System" and bool(TYPED.fullmatch(action))


def _tagged(store: Store, product: str, params: Params) -> Iterator[str]:
    """What is malformed the action will refuse."""
    if product == "Ims":
        yield from (f"user/{_bare(name)}" for name in params.flat_names("ResourcePrincipalName") if name)
        yield from _users(store, *params.flat_names("ResourceId"))
        return
    try:
        names = params.json_names("ResourceNames")
    except Refusal:
        return
    yield from (f"{params.text('ResourceType')}/{name}" for name in names)


def _users(store: Store, *ids: str) -> Iterator[str]:
    if any(ids):
        yield from (f"user/{row['UserName']}" for row in store.rows(BY_ID, json.dumps(ids)))


def _bare(name: str) -> str:
    """A login name without its domain."""
    return name.partition("@")[0]
