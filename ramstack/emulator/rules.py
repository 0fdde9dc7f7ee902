"""What names, texts and documents may look like, and how many of a thing there may be (ram-api.md section 4)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ramstack.emulator.errors import Refusal, bad_parameter, over_limit
from ramstack.emulator.params import Pair


@dataclass(frozen=True)
class Quotas:
    """The documented limits. A test may lower them; a real account may have raised them."""

    users: int = 5000
    groups: int = 300
    roles: int = 1000
    policies: int = 1500
    mfa_devices: int = 5000
    groups_per_user: int = 10
    keys_per_user: int = 2
    system_attachments: int = 20
    custom_attachments: int = 10
    versions_per_policy: int = 5
    tags_per_resource: int = 20
    recycled_users: int = 1000
    recycled_keys_per_user: int = 3
    document_length: int = 6144


@dataclass(frozen=True)
class Rule:
    """A text: how long, of which characters, and whether it may be left empty."""

    longest: int
    pattern: re.Pattern[str]
    optional: bool = False
    format_only: bool = False


ANY = re.compile(r"[^\x00]*")
NAME = re.compile(r"[A-Za-z0-9._-]+")
COMMENTS = Rule(128, ANY, optional=True)
DESCRIPTION = Rule(1024, ANY, optional=True)
DISPLAY = re.compile(r"[\w.@\- ]*")

RULES: dict[str, Rule] = {
    "AccountAlias": Rule(32, re.compile(r"(?=.{3})[a-z0-9]+(-[a-z0-9]+)*"), format_only=True),
    "Comments": COMMENTS,
    "Description": DESCRIPTION,
    "DisplayName": Rule(128, DISPLAY, optional=True),
    "Email": Rule(128, re.compile(r"[^@\s\x00]+@[^@\s\x00]+"), optional=True, format_only=True),
    "GroupName": Rule(64, NAME),
    "MobilePhone": Rule(32, re.compile(r"[0-9]+-[0-9]+"), optional=True, format_only=True),
    "PolicyName": Rule(128, re.compile(r"[A-Za-z0-9-]+")),
    "RoleName": Rule(64, re.compile(r"[A-Za-z0-9.-]+")),
    "UserName": Rule(64, NAME),
    "VirtualMFADeviceName": Rule(64, re.compile(r"[A-Za-z0-9.-]+")),
}
"""By parameter; a ``New`` in front of the parameter's name changes nothing."""

PASSWORD_KINDS = {
    "RequireLowercaseCharacters": re.compile(r"[a-z]"),
    "RequireUppercaseCharacters": re.compile(r"[A-Z]"),
    "RequireNumbers": re.compile(r"[0-9]"),
    "RequireSymbols": re.compile(r"[^A-Za-z0-9]"),
}
LONGEST_PASSWORD = 32
MOST_TAGS = 20

TAG_KEY = re.compile(r"(?!aliyun|acs:)(?!.*https?://)[^\x00]{1,128}", re.IGNORECASE | re.DOTALL)
TAG_VALUE = re.compile(r"(?!.*https?://)[^\x00]*", re.IGNORECASE | re.DOTALL)
LONGEST_TAG_VALUE = {"Ram": 256, "Ims": 128}


def check_text(parameter: str, value: str) -> str:
    """Returns the value where it meets the parameter's rule."""
    rule = RULES[parameter.removeprefix("New")]
    if not value and rule.optional:
        return value
    fits = bool(rule.pattern.fullmatch(value))
    if rule.format_only and not (fits and len(value) <= rule.longest):
        raise bad_parameter(parameter, "Format")
    if not 1 <= len(value) <= rule.longest:
        raise bad_parameter(parameter, "Length")
    if not fits:
        raise bad_parameter(parameter, "InvalidChars")
    return value


def check_tags(tags: tuple[Pair, ...], product: str) -> tuple[Pair, ...]:
    """At most 20 in a call, each key once, nothing in the service's own name space."""
    if len(tags) > MOST_TAGS or len({key for key, _ in tags}) < len(tags):
        raise bad_parameter("Tag", "Length")
    for key, value in tags:
        if not TAG_KEY.fullmatch(key):
            raise bad_parameter("TagKey", "Format")
        if not TAG_VALUE.fullmatch(value) or len(value) > LONGEST_TAG_VALUE[product]:
            raise bad_parameter("TagValue", "Format")
    return tags


def check_document(text: str, longest: int, parameter: str = "PolicyDocument") -> str:
    """An identity policy as the service accepts it. The text itself is stored, byte for byte."""
    if not 1 <= len(text) <= longest:
        raise bad_parameter(parameter, "Length")
    for statement in _read_statements(text):
        _check_statement(statement)
        if not _is_texts(statement.get("Resource")):
            raise malformed("each statement needs a Resource")
    return text


def check_trust(text: str, longest: int, parameter: str) -> str:
    """A role's trust policy: who may assume it."""
    if not 1 <= len(text) <= longest:
        raise bad_parameter(parameter, "Length")
    for statement in _read_statements(text):
        _check_statement(statement)
        if not isinstance(statement.get("Principal"), dict):
            raise malformed("each statement of a trust policy needs a Principal")
    return text


def is_strong(password: str, policy: Mapping[str, bool | int | str]) -> bool:
    """Whether the password meets the account's password policy."""
    needed = (kinds for requirement, kinds in PASSWORD_KINDS.items() if policy[requirement])
    shortest = int(policy["MinimumPasswordLength"])
    return shortest <= len(password) <= LONGEST_PASSWORD and all(kind.search(password) for kind in needed)


def check_quota(entity: str, present: int, limit: int) -> None:
    """Refuses one more where the limit is reached."""
    if present >= limit:
        raise over_limit(entity, limit)


def malformed(reason: str) -> Refusal:
    return Refusal("MalformedPolicyDocument", f"The policy document is malformed: {reason}.")


def _read_statements(text: str) -> list[dict[str, object]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise malformed("it is not JSON") from error
    if (
        not isinstance(document, dict)
        or set(document) != {"Version", "Statement"}
        or document["Version"] != "1"
    ):
        raise malformed('it must have Version "1" and Statement, and nothing else')
    statement = document["Statement"]
    statements = [statement] if isinstance(statement, dict) else statement
    if not (isinstance(statements, list) and statements and all(isinstance(s, dict) for s in statements)):
        raise malformed("Statement must be a list of one or more objects")
    return statements


def _check_statement(statement: dict[str, object]) -> None:
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise malformed("Effect must be Allow or Deny")
    if ("Action" in statement) == ("NotAction" in statement):
        raise malformed("each statement needs either Action or NotAction")
    if not _is_texts(statement.get("Action", statement.get("NotAction"))):
        raise malformed("actions are a text or a list of texts")
    if not isinstance(statement.get("Condition", {}), dict):
        raise malformed("Condition must be an object")


def _is_texts(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, str) and item for item in value)
    return isinstance(value, str) and bool(value)
