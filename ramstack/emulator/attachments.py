"""Which policies are attached to whom, at account scope (ram-api.md section 2.4).

Resource-group grants are Resource Manager's; RAM's own lists do not show them.
"""

from functools import partial

from ramstack.emulator.call import Action, Body, Call
from ramstack.emulator.errors import missing_entity, taken_entity
from ramstack.emulator.nouns import GROUP, ROLE, USER, Noun, find, find_policy
from ramstack.emulator.rules import check_quota
from ramstack.emulator.shapes import POLICY_ATTACHED, pick, pick_all
from ramstack.emulator.store import Row

ENTITIES = {
    "user": "SELECT u.*, a.AttachDate FROM attachments a JOIN users u ON u.seq = a.principal"
    " WHERE a.policy = ? AND a.kind = 'user' AND a.scope = ? ORDER BY a.seq",
    "group": "SELECT g.*, a.AttachDate FROM attachments a JOIN groups g ON g.seq = a.principal"
    " WHERE a.policy = ? AND a.kind = 'group' AND a.scope = ? ORDER BY a.seq",
    "role": "SELECT r.*, a.AttachDate FROM attachments a JOIN roles r ON r.seq = a.principal"
    " WHERE a.policy = ? AND a.kind = 'role' AND a.scope = ? ORDER BY a.seq",
}


def attach(noun: Noun, call: Call) -> Body:
    policy, principal = find_policy(call), find(call, noun)
    add_attachment(call, noun, principal, policy, call.account.account_id)
    return {}


def detach(noun: Noun, call: Call) -> Body:
    policy, principal = find_policy(call), find(call, noun)
    remove_attachment(call, noun, principal, policy, call.account.account_id)
    return {}


def list_policies_for(noun: Noun, call: Call) -> Body:
    rows = call.store.rows(
        "SELECT p.*, a.AttachDate FROM attachments a JOIN policies p ON p.seq = a.policy"
        " WHERE a.kind = ? AND a.principal = ? AND a.scope = ? ORDER BY +a.seq",
        noun.kind,
        find(call, noun)["seq"],
        call.account.account_id,
    )
    return {"Policies": {"Policy": pick_all(rows, POLICY_ATTACHED)}}


def list_entities_for_policy(call: Call) -> Body:
    policy, scope = find_policy(call)["seq"], call.account.account_id
    users, groups, roles = (
        call.store.rows(ENTITIES[kind], policy, scope) for kind in ("user", "group", "role")
    )
    return {
        "Users": {"User": pick_all(users, ("UserId", "UserName", "DisplayName", "AttachDate"))},
        "Groups": {"Group": pick_all(groups, ("GroupName", "Comments", "AttachDate"))},
        "Roles": {
            "Role": [
                {
                    **pick(row, ("RoleId", "RoleName", "Description", "AttachDate")),
                    "Arn": f"acs:ram::{call.account.account_id}:role/{row['RoleName']}",
                }
                for row in roles
            ]
        },
    }


def add_attachment(call: Call, noun: Noun, principal: Row, policy: Row, scope: str) -> None:
    """Attaching what is attached is an error; system and custom policies are counted apart, each scope too."""
    if _attachment(call, noun, principal, policy, scope):
        raise taken_entity(f"{noun.entity}.Policy", policy["PolicyName"])
    limits = call.settings.limits
    limit = {"System": limits.system_attachments, "Custom": limits.custom_attachments}[policy["PolicyType"]]
    present = call.store.value(
        "SELECT count(*) FROM attachments a JOIN policies p ON p.seq = a.policy"
        " WHERE a.kind = ? AND a.principal = ? AND a.scope = ? AND p.PolicyType = ?",
        noun.kind,
        principal["seq"],
        scope,
        policy["PolicyType"],
    )
    check_quota(f"{noun.entity}.Policy", present, limit)
    call.store.insert(
        "INSERT INTO attachments (kind, principal, policy, scope, AttachDate) VALUES (?, ?, ?, ?, ?)",
        noun.kind,
        principal["seq"],
        policy["seq"],
        scope,
        call.date,
    )


def remove_attachment(call: Call, noun: Noun, principal: Row, policy: Row, scope: str) -> None:
    """Detaching what is not attached is an error."""
    found = _attachment(call, noun, principal, policy, scope)
    if found is None:
        raise missing_entity(f"{noun.entity}.Policy", policy["PolicyName"])
    call.store.run("DELETE FROM attachments WHERE seq = ?", found["seq"])


def _attachment(call: Call, noun: Noun, principal: Row, policy: Row, scope: str) -> Row | None:
    return call.store.row(
        "SELECT seq FROM attachments WHERE kind = ? AND principal = ? AND scope = ? AND policy = ?",
        noun.kind,
        principal["seq"],
        scope,
        policy["seq"],
    )


ACTIONS: dict[str, Action] = {
    "AttachPolicyToGroup": partial(attach, GROUP),
    "AttachPolicyToRole": partial(attach, ROLE),
    "AttachPolicyToUser": partial(attach, USER),
    "DetachPolicyFromGroup": partial(detach, GROUP),
    "DetachPolicyFromRole": partial(detach, ROLE),
    "DetachPolicyFromUser": partial(detach, USER),
    "ListEntitiesForPolicy": list_entities_for_policy,
    "ListPoliciesForGroup": partial(list_policies_for, GROUP),
    "ListPoliciesForRole": partial(list_policies_for, ROLE),
    "ListPoliciesForUser": partial(list_policies_for, USER),
}
