"""What a call is about: the ARNs that it names (ram-api.md section 2.8), and the tags of what it names."""

from collections.abc import Mapping

from ramstack.emulator.call import Account

NAMED = {
    "UserName": "user/",
    "UserPrincipalName": "user/",
    "GroupName": "group/",
    "RoleName": "role/",
    "PolicyName": "policy/",
}
"""Parameters that name a resource of RAM."""

OF_ALL = {"User": "user/*", "Group": "group/*", "Role": "role/*", "Polic": "policy/*"}
"""Where a call names nothing: the noun in the action's name."""


def resources_of(account: Account, code: str, action: str, params: Mapping[str, str]) -> tuple[str, ...]:
    """At least one. Products other than RAM's own are asked about as a whole."""
    if code == "ice":
        return (f"acs:ice:*:{account.account_id}:*",)
    if params.get("RoleArn"):
        return (params["RoleArn"].replace("acs:ram::", "acs:ram:*:", 1),)
    named = [
        f"acs:ram:*:{_owner(account, name, params)}:{prefix}{params[name].partition('@')[0]}"
        for name, prefix in NAMED.items()
        if params.get(name)
    ]
    if named:
        return tuple(named)
    of_all = next((resource for noun, resource in OF_ALL.items() if noun in action), "*")
    return (f"acs:ram:*:{account.account_id}:{of_all}",)


def _owner(account: Account, name: str, params: Mapping[str, str]) -> str:
    is_system = name == "PolicyName" and params.get("PolicyType") == "System"
    return "system" if is_system else account.account_id
