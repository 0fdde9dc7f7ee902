"""May this caller do that? One question, one function: ``is_allowed``.

The judge here is a plain one: action and resource globs, Deny over Allow, account-level policies of the user and
of the user's groups, or of the role and its session. It fails closed: a statement with a condition never allows and always denies.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from ramstack.emulator.call import Account, Caller
from ramstack.emulator.store import Store

Statement = Mapping[str, object]

DOCUMENTS = """
 SELECT v.PolicyDocument FROM (
  SELECT policy FROM attachments WHERE kind = ?3 AND principal = ?2 AND scope = ?1
  UNION ALL SELECT policy FROM attachments WHERE ?3 = 'user' AND kind = 'group' AND scope = ?1
   AND principal IN (SELECT member_of FROM memberships WHERE user = ?2)) held
 JOIN policies p ON p.seq = held.policy
 JOIN versions v ON v.policy = p.seq AND v.VersionId = p.DefaultVersion"""
"""What the user and the user's groups, or the role, hold at account level."""

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


def is_allowed(store: Store, account: Account, caller: Caller, action: str, resources: Iterable[str]) -> bool:
    """Root may do everything; others what is allowed on every resource and denied on none.

    A session policy only takes away: what it does not allow too is refused.
    """
    if caller.kind == "root" or action == "sts:GetCallerIdentity":
        return True
    rows = store.rows(DOCUMENTS, account.account_id, caller.number, caller.kind)
    layers = [[statement for row in rows for statement in _statements(row["PolicyDocument"])]]
    if caller.session_policy:
        layers.append(list(_statements(caller.session_policy)))
    return all(_decide(layer, action, resource) for layer in layers for resource in resources)


def is_trusted(trust: str, account: Account, caller: Caller) -> bool:
    """Whether a trust policy lets the caller in: by the own ARN, or by that of the whole account."""
    known = {caller.arn, account.root_arn}
    naming = [s for s in _statements(trust) if known & _principals(s) and _covers_action(s, "sts:AssumeRole")]
    if any(s.get("Effect") != "Allow" for s in naming):
        return False
    return any(not s.get("Condition") for s in naming)


def _principals(statement: Statement) -> set[object]:
    named = statement.get("Principal")
    listed = named.get("RAM", []) if isinstance(named, dict) else []
    return {item for item in (listed if isinstance(listed, list) else [listed]) if isinstance(item, str)}


def resources_of(account: Account, action: str, params: Mapping[str, str]) -> tuple[str, ...]:
    """The ARNs that a call is about (ram-api.md section 2.8)."""
    if params.get("RoleArn"):
        return (params["RoleArn"],)
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


def _decide(statements: Iterable[Statement], action: str, resource: str) -> bool:
    matching = [s for s in statements if _covers_action(s, action) and _covers_resource(s, resource)]
    if any(s.get("Effect") != "Allow" for s in matching):
        return False
    return any(not s.get("Condition") for s in matching)


def _covers_action(statement: Statement, action: str) -> bool:
    if "NotAction" in statement:
        return not _matches_any(statement["NotAction"], action, re.IGNORECASE)
    return _matches_any(statement.get("Action"), action, re.IGNORECASE)


def _covers_resource(statement: Statement, resource: str) -> bool:
    """RAM's own ARNs leave the region empty, or write ``*``."""
    forms = (resource, resource.replace("acs:ram:*:", "acs:ram::", 1))
    return any(_matches_any(statement.get("Resource"), form, re.NOFLAG) for form in forms)


def _matches_any(patterns: object, text: str, flags: re.RegexFlag) -> bool:
    listed = patterns if isinstance(patterns, list) else [patterns]
    return any(isinstance(p, str) and _compiled(p, flags).fullmatch(text) is not None for p in listed)


@lru_cache(maxsize=4096)
def _compiled(pattern: str, flags: re.RegexFlag) -> re.Pattern[str]:
    collapsed = re.sub(r"\*+", "*", pattern)
    source = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in collapsed)
    return re.compile(source, flags | re.DOTALL)


@lru_cache(maxsize=4096)
def _statements(document: str) -> tuple[Statement, ...]:
    statement = json.loads(document)["Statement"]
    return tuple(statement if isinstance(statement, list) else [statement])
