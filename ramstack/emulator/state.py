"""The account as one canonical value: sorted, without anything that differs between two runs of the same story.

Ids, dates and secrets are left out, so that two accounts that hold the same are equal. What can be seeded has the
form of a seed.
"""

from typing import TypeAlias

from ramstack.emulator.call import Json
from ramstack.emulator.store import Store

State: TypeAlias = dict[str, list[Json]]

USERS = "SELECT * FROM users ORDER BY UserName"
GROUPS = "SELECT * FROM groups ORDER BY GroupName"
ROLES = "SELECT * FROM roles ORDER BY RoleName"
POLICIES = """
 SELECT p.*, v.PolicyDocument FROM policies p JOIN versions v ON v.policy = p.seq AND v.VersionId = p.DefaultVersion
 WHERE p.PolicyType = 'Custom' ORDER BY p.PolicyName"""
MEMBERSHIPS = """
 SELECT u.UserName, g.GroupName FROM memberships m JOIN users u ON u.seq = m.user JOIN groups g ON g.seq = m.member_of
 ORDER BY u.UserName, g.GroupName"""
ATTACHMENTS = """
 SELECT a.kind || '/' || CASE a.kind WHEN 'user' THEN (SELECT UserName FROM users WHERE seq = a.principal)
  WHEN 'group' THEN (SELECT GroupName FROM groups WHERE seq = a.principal)
  ELSE (SELECT RoleName FROM roles WHERE seq = a.principal) END AS holder,
 lower(p.PolicyType) || '/' || p.PolicyName AS held, iif(a.scope = ?, '', a.scope) AS scope
 FROM attachments a JOIN policies p ON p.seq = a.policy ORDER BY holder, held, scope"""
ACCESS_KEYS = """
 SELECT u.UserName, k.Status FROM access_keys k JOIN users u ON u.seq = k.user ORDER BY u.UserName, k.seq"""
LOGIN_PROFILES = """
 SELECT u.UserName, l.* FROM login_profiles l JOIN users u ON u.seq = l.user ORDER BY u.UserName"""


def read_state(store: Store, account_id: str) -> State:
    return {
        "users": [
            {
                "name": row["UserName"],
                "display_name": row["DisplayName"],
                "comments": row["Comments"],
                "email": row["Email"],
                "mobile_phone": row["MobilePhone"],
                "status": row["Status"],
                **({} if row["ProvisionType"] == "Manual" else {"provision_type": row["ProvisionType"]}),
                "tags": _tags(store, "user", row["seq"]),
            }
            for row in store.rows(USERS)
        ],
        "groups": [{"name": row["GroupName"], "comments": row["Comments"]} for row in store.rows(GROUPS)],
        "policies": [
            {
                "name": row["PolicyName"],
                "description": row["Description"],
                "document": row["PolicyDocument"],
                "tags": _tags(store, "policy", row["seq"]),
            }
            for row in store.rows(POLICIES)
        ],
        "roles": [
            {
                "name": row["RoleName"],
                "description": row["Description"],
                "trust": row["AssumeRolePolicyDocument"],
                "max_session_duration": row["MaxSessionDuration"],
                "tags": _tags(store, "role", row["seq"]),
            }
            for row in store.rows(ROLES)
        ],
        "attachments": [
            {"principal": row["holder"], "policy": row["held"], "scope": row["scope"]}
            for row in store.rows(ATTACHMENTS, account_id)
        ],
        "memberships": [
            {"user": row["UserName"], "group": row["GroupName"]} for row in store.rows(MEMBERSHIPS)
        ],
        "access_keys": [
            {"user": row["UserName"], "status": row["Status"]} for row in store.rows(ACCESS_KEYS)
        ],
        "login_profiles": [
            {
                "user": row["UserName"],
                "password_reset_required": bool(row["PasswordResetRequired"]),
                "mfa_bind_required": bool(row["MFABindRequired"]),
                "status": row["Status"],
            }
            for row in store.rows(LOGIN_PROFILES)
        ],
    }


def _tags(store: Store, kind: str, number: int) -> dict[str, Json]:
    rows = store.rows("SELECT TagKey, TagValue FROM tags WHERE kind = ? AND resource = ?", kind, number)
    return {row["TagKey"]: row["TagValue"] for row in rows}
