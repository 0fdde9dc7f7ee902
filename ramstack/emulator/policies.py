"""Policies and their versions (ram-api.md section 2.4)."""

import json

from ramstack.emulator.call import Action, Body, Call, Json
from ramstack.emulator.errors import in_use, taken_entity
from ramstack.emulator.nouns import CUSTOM_POLICY, check_type, exists, find, find_policy
from ramstack.emulator.rules import check_document, check_quota, check_tags, check_text
from ramstack.emulator.shapes import POLICY, POLICY_CREATED, POLICY_UPDATED, pick, read_page
from ramstack.emulator.store import Row
from ramstack.emulator.tags import POLICY_PAGE, POLICY_TYPE_PAGE, read_tags, write_tags
from ramstack.emulator.versions import add_version, default_version, show_version

TIES = {
    "User": "SELECT 1 FROM attachments WHERE policy = ? AND kind = 'user'",
    "Group": "SELECT 1 FROM attachments WHERE policy = ? AND kind = 'group'",
    "Role": "SELECT 1 FROM attachments WHERE policy = ? AND kind = 'role'",
}


def create_policy(call: Call) -> Body:
    name = check_text("PolicyName", call.params.required("PolicyName"))
    document = check_document(call.params.required("PolicyDocument"), call.settings.limits.document_length)
    description = check_text("Description", call.params.text("Description"))
    tags = check_tags(call.params.json_tags("Tag"), "Ram")
    if exists(call, CUSTOM_POLICY, name):
        raise taken_entity("Policy", name)
    present = call.store.value("SELECT amount FROM tallies WHERE noun = 'policies'")
    check_quota("Policy", present, call.settings.limits.policies)
    number = call.store.insert(
        "INSERT INTO policies (PolicyName, PolicyType, Description, DefaultVersion, CreateDate, UpdateDate,"
        " next_version) VALUES (?, 'Custom', ?, 'v1', ?, ?, 1)",
        name,
        description,
        call.date,
        call.date,
    )
    add_version(call, number, document)
    write_tags(call, "policy", [number], tags)
    return {"Policy": pick(_policy_at(call, number), POLICY_CREATED)}


def get_policy(call: Call) -> Body:
    policy = find_policy(call)
    version = show_version(default_version(call, policy), policy)
    shown = {**pick(policy, POLICY), "PolicyDocument": version["PolicyDocument"]}
    return {"Policy": shown, "DefaultPolicyVersion": version}


def update_policy_description(call: Call) -> Body:
    policy = find(call, CUSTOM_POLICY)
    description = check_text("NewDescription", call.params.text("NewDescription"))
    call.store.run(
        "UPDATE policies SET Description = ?, UpdateDate = ? WHERE seq = ?",
        description,
        call.date,
        policy["seq"],
    )
    return {"Policy": pick(_policy_at(call, policy["seq"]), POLICY_UPDATED)}


def delete_policy(call: Call) -> Body:
    policy = find(call, CUSTOM_POLICY)
    for tie, sql in TIES.items():
        if call.store.row(sql, policy["seq"]):
            raise in_use("Policy", policy["PolicyName"], tie)
    versions = call.store.value("SELECT count(*) FROM versions WHERE policy = ?", policy["seq"])
    if versions > 1 and not call.params.flag("CascadingDelete"):
        raise in_use("Policy", policy["PolicyName"], "Version")
    call.store.run("DELETE FROM versions WHERE policy = ?", policy["seq"])
    call.store.run("DELETE FROM tags WHERE kind = 'policy' AND resource = ?", policy["seq"])
    call.store.run("DELETE FROM policies WHERE seq = ?", policy["seq"])
    return {}


def list_policies(call: Call) -> Body:
    wanted = check_type(call.params.text("PolicyType"), optional=True)
    filters = json.dumps(call.params.json_tags("Tag"))

    def fetch(after: int, size: int) -> list[Row]:
        if wanted:
            return call.store.rows(POLICY_TYPE_PAGE, wanted, after, filters, size)
        return call.store.rows(POLICY_PAGE, after, filters, size)

    rows, more = read_page(call, fetch, 1000)
    shown: list[Json] = [{**pick(row, POLICY), "Tags": read_tags(call, "policy", row["seq"])} for row in rows]
    return {"Policies": {"Policy": shown}, **more}


def _policy_at(call: Call, number: int) -> Row:
    row = call.store.row("SELECT * FROM policies WHERE seq = ?", number)
    assert row is not None
    return row


ACTIONS: dict[str, Action] = {
    "CreatePolicy": create_policy,
    "DeletePolicy": delete_policy,
    "GetPolicy": get_policy,
    "ListPolicies": list_policies,
    "UpdatePolicyDescription": update_policy_description,
}
