"""What a call is about: whom and what it names, in whatever way, as paths and as ARNs (ram-api.md section 2.8).

A user is the same by its name, its id, its login name, or a key of its own: else a Deny could be walked around.
"""

import json
from collections.abc import Iterator, Mapping

from ramstack.emulator.call import Account, Caller
from ramstack.emulator.errors import Refusal
from ramstack.emulator.params import Params
from ramstack.emulator.store import Store

NAMED = {
    "UserName": "user/",
    "UserPrincipalName": "user/",
    "GroupName": "group/",
    "RoleName": "role/",
    "PolicyName": "policy/",
}
"""Parameters that name a resource of RAM."""

BY_ID = """
 SELECT UserName FROM users WHERE UserId IN (SELECT value FROM json_each(?1))
 UNION SELECT UserName FROM recycled_users WHERE UserId IN (SELECT value FROM json_each(?1))"""
BY_KEY = "SELECT UserName FROM users WHERE seq = (SELECT user FROM access_keys WHERE AccessKeyId = ?)"

OF_ALL = {"User": "user/*", "Group": "group/*", "Role": "role/*", "Polic": "policy/*"}
"""Where a call names nothing: the noun in the action's name."""

OWN = ("AccessKey", "ChangePassword")
"""Actions that are about the caller where they name nobody."""


def paths_of(store: Store, params: Params) -> tuple[str, ...]:
    """Whom and what a call names: ``user/alice``, ``policy/p``."""
    named = (f"{prefix}{_bare(params[name])}" for name, prefix in NAMED.items() if params.get(name))
    paths = tuple(dict.fromkeys((*named, *_listed(params), *_by_id(store, params))))
    if not paths and params.get("UserAccessKeyId"):
        return tuple(f"user/{row['UserName']}" for row in store.rows(BY_KEY, params["UserAccessKeyId"]))
    return paths


def resources_of(
    store: Store, account: Account, code: str, action: str, params: Params, caller: Caller
) -> tuple[str, ...]:
    """At least one. Products other than RAM's own are asked about as a whole, and so is the recycle bin."""
    if code == "ice":
        return (f"acs:ice:*:{account.account_id}:*",)
    if params.get("RoleArn"):
        return (params["RoleArn"].replace("acs:ram::", "acs:ram:*:", 1),)
    paths = () if "RecycleBin" in action else paths_of(store, params)
    if not paths and caller.kind == "user" and any(noun in action for noun in OWN):
        paths = (f"user/{caller.display_name}",)
    if paths:
        return tuple(f"acs:ram:*:{_owner(account, path, params)}:{path}" for path in paths)
    of_all = next((resource for noun, resource in OF_ALL.items() if noun in action), "*")
    return (f"acs:ram:*:{account.account_id}:{'*' if 'RecycleBin' in action else of_all}",)


def _listed(params: Params) -> Iterator[str]:
    """What is malformed the action will refuse."""
    yield from (f"user/{_bare(name)}" for name in params.flat_names("ResourcePrincipalName") if name)
    try:
        names = params.json_names("ResourceNames")
    except Refusal:
        return
    yield from (f"{params.text('ResourceType')}/{name}" for name in names)


def _by_id(store: Store, params: Params) -> Iterator[str]:
    ids = [user_id for user_id in (params.text("UserId"), *params.flat_names("ResourceId")) if user_id]
    if ids:
        yield from (f"user/{row['UserName']}" for row in store.rows(BY_ID, json.dumps(ids)))


def _bare(name: str) -> str:
    """A login name without its domain."""
    return name.partition("@")[0]


def _owner(account: Account, path: str, params: Mapping[str, str]) -> str:
    is_system = path.startswith("policy/") and params.get("PolicyType") == "System"
    return "system" if is_system else account.account_id
