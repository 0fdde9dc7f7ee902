"""The nouns that have a name of their own, and how one is found by it."""

from dataclasses import dataclass

from ramstack.emulator.call import Account, Call
from ramstack.emulator.errors import Refusal, bad_parameter, missing_entity
from ramstack.emulator.rules import check_text
from ramstack.emulator.store import Row


@dataclass(frozen=True)
class Noun:
    """``kind`` is how the store writes it, ``entity`` how error codes do, ``parameter`` holds its name on the wire."""

    kind: str
    entity: str
    parameter: str
    by_name: str


USER = Noun("user", "User", "UserName", "SELECT * FROM users WHERE UserName = ?")
GROUP = Noun("group", "Group", "GroupName", "SELECT * FROM groups WHERE GroupName = ?")
ROLE = Noun("role", "Role", "RoleName", "SELECT * FROM roles WHERE RoleName = ?")
CUSTOM_POLICY = Noun(
    "policy", "Policy", "PolicyName", "SELECT * FROM policies WHERE PolicyType = 'Custom' AND PolicyName = ?"
)


TYPES = ("System", "Custom")

BY_NAME = {
    "System": "SELECT * FROM policies WHERE PolicyType = 'System' AND PolicyName = ? COLLATE NOCASE",
    "Custom": CUSTOM_POLICY.by_name,
}
"""System policies are found without regard to case, and shown in the service's own."""


def find(call: Call, noun: Noun) -> Row:
    """The one that the call names, or EntityNotExist."""
    return find_named(call, noun, call.params.required(noun.parameter))


def find_named(call: Call, noun: Noun, name: str) -> Row:
    row = call.store.row(noun.by_name, check_text(noun.parameter, name))
    if row is None:
        raise missing_entity(noun.entity, name)
    return row


def check_type(value: str, *, optional: bool = False) -> str:
    if value in TYPES or (optional and not value):
        return value
    if not value:
        raise Refusal("MissingPolicyType", "The parameter PolicyType is required.")
    raise Refusal("InvalidParameter.PolicyType", "PolicyType must be System or Custom.")


def find_policy(call: Call) -> Row:
    """The policy that the call names by type and name, or EntityNotExist."""
    kind = check_type(call.params.text("PolicyType"))
    name = check_text("PolicyName", call.params.required("PolicyName"))
    row = call.store.row(BY_NAME[kind], name)
    if row is None:
        raise missing_entity("Policy", name)
    return row


def exists(call: Call, noun: Noun, name: str) -> bool:
    return call.store.row(noun.by_name, name) is not None


def login_name(account: Account, noun: Noun, name: str) -> str:
    """``alice@<domain>``, ``readers@group.<domain>``, ``worker@role.<domain of services>`` (section 2.8)."""
    return f"{name}@{login_suffix(noun, account.domain)}"


def login_suffix(noun: Noun, domain: str) -> str:
    return {
        "user": domain,
        "group": f"group.{domain}",
        "role": f"role.{domain.removesuffix('.com')}service.com",
    }[noun.kind]


def read_principal_name(call: Call, principal: str) -> str:
    """``alice@<default domain>`` becomes ``alice``."""
    name, at, domain = principal.rpartition("@")
    if not at or domain not in call.account.domains:
        raise bad_parameter("UserPrincipalName", "Format")
    return check_text("UserName", name)


def new_number(call: Call, first: str, digits: int = 18) -> str:
    """An id as the service makes them: digits only, with a telling first one."""
    return first + str(call.dice.randrange(10 ** (digits - 1))).zfill(digits - 1)
