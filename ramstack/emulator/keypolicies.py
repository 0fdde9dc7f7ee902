"""Which addresses a key may be used from: a policy of its own for each key (ram-api.md section 3.2).

A key without a policy, or with an inactive one, may be used from everywhere. There is no call that deletes a policy.
"""

import json
from collections.abc import Iterable, Mapping
from ipaddress import ip_address, ip_network

from ramstack.emulator.call import Action, Body, Call
from ramstack.emulator.errors import Refusal, bad_parameter
from ramstack.emulator.keys import find_key

STATES = ("Active", "Inactive")
MOST_STATEMENTS = 8
MOST_ADDRESSES = 50
ADDRESSED = "ClassicWhiteList"

Policy = Mapping[str, object]


def set_key_policy(call: Call) -> Body:
    """The service counts the versions, whatever the client writes."""
    key = find_key(call)
    policy = _read_policy(call.params.required("AccessKeyPolicy"))
    former = json.loads(key["policy"]) if key["policy"] else {"Version": 0}
    text = json.dumps({**policy, "Version": former["Version"] + 1})
    call.store.run("UPDATE access_keys SET policy = ? WHERE seq = ?", text, key["seq"])
    return {"AccessKeyId": key["AccessKeyId"], "AccessKeyPolicy": text}


def get_key_policy(call: Call) -> Body:
    key = find_key(call)
    return {"AccessKeyId": key["AccessKeyId"], "AccessKeyPolicy": key["policy"] or "{}"}


def check_address(policy: str, source: str) -> None:
    """Refuses a key that may not be used from there."""
    if policy and not _lets_in(json.loads(policy), source):
        raise Refusal("Forbidden.AccessKeyPolicy", f"The key may not be used from {source}.")


def _lets_in(policy: Policy, source: str) -> bool:
    if policy["Status"] != "Active":
        return True
    address = ip_address(source)
    return any(address in ip_network(block, strict=False) for block in _blocks(policy))


def _blocks(policy: Policy) -> Iterable[str]:
    statements = policy["Statements"]
    assert isinstance(statements, list)
    return (block for statement in statements for block in statement.get("IPList", ()))


def _read_policy(text: str) -> Policy:
    try:
        policy = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise bad_parameter("AccessKeyPolicy", "Format") from error
    if not isinstance(policy, dict) or policy.get("Status") not in STATES:
        raise bad_parameter("AccessKeyPolicy", "Format")
    statements = policy.get("Statements", [])
    if not (isinstance(statements, list) and all(_is_statement(statement) for statement in statements)):
        raise bad_parameter("AccessKeyPolicy", "Format")
    if len(statements) > MOST_STATEMENTS:
        raise Refusal("LimitExceeded.AccessKeyPolicy.Statement", f"At most {MOST_STATEMENTS} statements.")
    return {"Status": policy["Status"], "Statements": statements}


def _is_statement(statement: object) -> bool:
    if not isinstance(statement, dict) or statement.get("Type") != ADDRESSED:
        return False
    blocks = statement.get("IPList")
    return isinstance(blocks, list) and len(blocks) <= MOST_ADDRESSES and all(map(_is_block, blocks))


def _is_block(block: object) -> bool:
    try:
        ip_network(str(block), strict=False)
    except ValueError:
        return False
    return isinstance(block, str)


ACTIONS: dict[str, Action] = {"GetAccessKeyPolicy": get_key_policy, "SetAccessKeyPolicy": set_key_policy}
