"""Resource Manager 2020-03-31: every attachment of the account, resource-group grants too (ram-api.md section 3.3)."""

from ramstack.emulator.attachments import add_attachment, remove_attachment
from ramstack.emulator.call import Action, Body, Call, Json
from ramstack.emulator.errors import Refusal, bad_parameter
from ramstack.emulator.nouns import (
    GROUP,
    ROLE,
    USER,
    Noun,
    check_type,
    find_named,
    find_policy,
    login_name,
    login_suffix,
)
from ramstack.emulator.resourcegroups import read_scope
from ramstack.emulator.shapes import pick
from ramstack.emulator.store import Row

NOUNS = {"IMSUser": USER, "IMSGroup": GROUP, "ServiceRole": ROLE}
TYPES = {noun.kind: principal_type for principal_type, noun in NOUNS.items()}

CLAUSES = {
    "PolicyName": "policy IN (SELECT seq FROM policies WHERE PolicyType = 'Custom' AND PolicyName = ?{n}"
    " UNION ALL SELECT seq FROM policies WHERE PolicyType = 'System' AND PolicyName = ?{n} COLLATE NOCASE)",
    "PolicyType": "policy IN (SELECT seq FROM policies WHERE PolicyType = ?{n})",
    "ResourceGroupId": "scope = ?{n}",
    "kind": "kind = ?{n}",
    "principal": "principal = ?{n}",
}
"""On attachments alone, so that counting and skipping stay within an index."""

COUNT = "SELECT count(*) FROM attachments WHERE {where}"
PAGE = """
 SELECT p.PolicyName, p.PolicyType, p.Description, a.AttachDate, a.scope AS ResourceGroupId, a.kind,
 CASE a.kind WHEN 'user' THEN (SELECT UserName FROM users WHERE seq = a.principal)
  WHEN 'group' THEN (SELECT GroupName FROM groups WHERE seq = a.principal)
  ELSE (SELECT RoleName FROM roles WHERE seq = a.principal) END AS name
 FROM (SELECT seq FROM attachments WHERE {where} ORDER BY seq LIMIT {size} OFFSET {skipped}) AS page
 JOIN attachments a ON a.seq = page.seq JOIN policies p ON p.seq = a.policy ORDER BY a.seq"""


def list_policy_attachments(call: Call) -> Body:
    number = call.params.number("PageNumber", 1, 10**8, 1)
    size = call.params.number("PageSize", 1, 100, 10)
    filters = _filters(call)
    where = " AND ".join(CLAUSES[name].format(n=n) for n, name in enumerate(filters, 1)) or "1"
    total = call.store.value(COUNT.format(where=where), *filters.values())
    page = PAGE.format(where=where, size=size, skipped=(number - 1) * size)
    rows = call.store.rows(page, *filters.values())
    shown = [_show(call, row) for row in rows]
    return {
        "PageNumber": number,
        "PageSize": size,
        "TotalCount": total,
        "PolicyAttachments": {"PolicyAttachment": shown},
    }


def attach_policy(call: Call) -> Body:
    policy, (noun, principal), scope = find_policy(call), _principal(call), read_scope(call)
    add_attachment(call, noun, principal, policy, scope)
    return {}


def detach_policy(call: Call) -> Body:
    policy, (noun, principal), scope = find_policy(call), _principal(call), read_scope(call)
    remove_attachment(call, noun, principal, policy, scope)
    return {}


def _filters(call: Call) -> dict[str, str | int]:
    """Clause by clause what the call asks for; a filter left out takes everything."""
    params = call.params
    filters: dict[str, str | int] = {
        name: params[name] for name in ("PolicyName", "PolicyType", "ResourceGroupId") if params.get(name)
    }
    check_type(params.text("PolicyType"), optional=True)
    if params.get("PrincipalType"):
        filters["kind"] = _noun(params["PrincipalType"]).kind
    if params.get("PrincipalName"):
        noun, principal = _principal(call)
        filters |= {"kind": noun.kind, "principal": principal["seq"]}
    return filters


def _principal(call: Call) -> tuple[Noun, Row]:
    """Principals carry their login name: ``alice@<domain>``, ``readers@group.<domain>`` and so on."""
    noun = _noun(call.params.required("PrincipalType"))
    name, at, domain = call.params.required("PrincipalName").rpartition("@")
    if not at or domain not in {login_suffix(noun, known) for known in call.account.domains}:
        raise bad_parameter("PrincipalName", "Format")
    return noun, find_named(call, noun, name)


def _noun(principal_type: str) -> Noun:
    if principal_type not in NOUNS:
        raise Refusal(
            "InvalidParameter.PrincipalType", "PrincipalType must be IMSUser, IMSGroup or ServiceRole."
        )
    return NOUNS[principal_type]


def _show(call: Call, row: Row) -> Json:
    principal_type = TYPES[row["kind"]]
    fields = ("PolicyName", "PolicyType", "Description", "AttachDate", "ResourceGroupId")
    principal = login_name(call.account, NOUNS[principal_type], row["name"])
    return {**pick(row, fields), "PrincipalName": principal, "PrincipalType": principal_type}


ACTIONS: dict[str, Action] = {
    "AttachPolicy": attach_policy,
    "DetachPolicy": detach_policy,
    "ListPolicyAttachments": list_policy_attachments,
}
