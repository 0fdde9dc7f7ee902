"""The words of the language as tables: elements, operators and their types, condition keys, habits of another cloud.

Sources: help pages "Policy structure and syntax" (93739), "Policy elements" (93738), "Conditional operators"
(help.aliyun.com/zh/ram/conditional-operator), the OSS, ECS and KMS pages on condition keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ramstack.policy.statement import Kind


class ValueType(StrEnum):
    STRING = "string"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    IP = "ip"


class Test(StrEnum):
    """What an operator asks of one value of the request and one value of the policy."""

    EQUALS = "equals"
    EQUALS_IGNORE_CASE = "equals ignore case"
    LIKE = "like"
    LESS = "less"
    LESS_EQUAL = "less or equal"
    GREATER = "greater"
    GREATER_EQUAL = "greater or equal"
    WITHIN = "within"


@dataclass(frozen=True, slots=True)
class Operator:
    type: ValueType
    test: Test
    negated: bool = False


def _ordered(prefix: str, value_type: ValueType) -> dict[str, Operator]:
    return {
        f"{prefix}Equals": Operator(value_type, Test.EQUALS),
        f"{prefix}NotEquals": Operator(value_type, Test.EQUALS, negated=True),
        f"{prefix}LessThan": Operator(value_type, Test.LESS),
        f"{prefix}LessThanEquals": Operator(value_type, Test.LESS_EQUAL),
        f"{prefix}GreaterThan": Operator(value_type, Test.GREATER),
        f"{prefix}GreaterThanEquals": Operator(value_type, Test.GREATER_EQUAL),
    }


OPERATORS: dict[str, Operator] = {
    "StringEquals": Operator(ValueType.STRING, Test.EQUALS),
    "StringNotEquals": Operator(ValueType.STRING, Test.EQUALS, negated=True),
    "StringEqualsIgnoreCase": Operator(ValueType.STRING, Test.EQUALS_IGNORE_CASE),
    "StringNotEqualsIgnoreCase": Operator(ValueType.STRING, Test.EQUALS_IGNORE_CASE, negated=True),
    "StringLike": Operator(ValueType.STRING, Test.LIKE),
    "StringNotLike": Operator(ValueType.STRING, Test.LIKE, negated=True),
    **_ordered("Numeric", ValueType.NUMBER),
    **_ordered("Date", ValueType.DATE),
    "Bool": Operator(ValueType.BOOLEAN, Test.EQUALS),
    "IpAddress": Operator(ValueType.IP, Test.WITHIN),
    "NotIpAddress": Operator(ValueType.IP, Test.WITHIN, negated=True),
}
"""The documented 21, complete."""


@dataclass(frozen=True, slots=True)
class Key:
    type: ValueType
    always: bool = False
    """Every request carries it: where a context lacks it, it is unknown, not absent."""


KEYS: dict[str, Key] = {
    "acs:SourceIp": Key(ValueType.IP, always=True),
    "acs:CurrentTime": Key(ValueType.DATE, always=True),
    "acs:SecureTransport": Key(ValueType.BOOLEAN, always=True),
    "acs:MFAPresent": Key(ValueType.BOOLEAN),
    "acs:SourceVpc": Key(ValueType.STRING),
    "acs:PrincipalARN": Key(ValueType.STRING, always=True),
    "acs:PrincipalRdId": Key(ValueType.STRING),
    "acs:PrincipalRdPath": Key(ValueType.STRING),
    "acs:Service": Key(ValueType.STRING),
    "acs:UserAgent": Key(ValueType.STRING),
    "acs:AccessId": Key(ValueType.STRING),
    "acs:TLSVersion": Key(ValueType.NUMBER),
    "acs:RequestedRegion": Key(ValueType.STRING),
    "ram:ServiceName": Key(ValueType.STRING),
    "oss:Prefix": Key(ValueType.STRING),
    "oss:Delimiter": Key(ValueType.STRING),
    "ecs:CommandRunAs": Key(ValueType.STRING),
    "oidc:iss": Key(ValueType.STRING),
    "oidc:aud": Key(ValueType.STRING),
    "oidc:sub": Key(ValueType.STRING),
    "saml:recipient": Key(ValueType.STRING),
}

KEY_PREFIXES: dict[str, Key] = {
    prefix: Key(ValueType.STRING)
    for prefix in (
        "acs:ResourceTag/",
        "acs:RequestTag/",
        "oss:ExistingObjectTag/",
        "oss:RequestObjectTag/",
        "oss:BucketTag/",
        "ecs:tag/",
        "rds:ResourceTag/",
        "vpc:tag/",
        "kms:tag/",
    )
}
"""Keys that go on with the name of a tag."""


def find_key(name: str) -> Key | None:
    """What is documented of a condition key; None for keys that services may have added since."""
    if name in KEYS:
        return KEYS[name]
    return next(
        (key for prefix, key in KEY_PREFIXES.items() if name.startswith(prefix) and name != prefix), None
    )


TOP_ELEMENTS = ("Version", "Statement")

STATEMENT_ELEMENTS: dict[Kind, tuple[str, ...]] = {
    Kind.IDENTITY: ("Effect", "Action", "NotAction", "Resource", "Condition"),
    Kind.CONTROL: ("Effect", "Action", "NotAction", "Resource", "Condition"),
    Kind.SESSION: ("Effect", "Action", "NotAction", "Resource", "Condition"),
    Kind.TRUST: ("Effect", "Principal", "Action", "NotAction", "Condition"),
    Kind.RESOURCE: ("Effect", "Principal", "Action", "NotAction", "Resource", "Condition"),
}
"""The elements of a statement in the order of the documentation."""

PRINCIPAL_KINDS = ("RAM", "Service", "Federated")

DOCUMENT_LIMITS: dict[Kind, int] = {Kind.IDENTITY: 6144, Kind.CONTROL: 4096}
"""In characters, minified. An account may have another (``PolicySizeQuota`` of ``GetAccountSummary``)."""

FOREIGN_ELEMENTS: dict[str, str] = {
    "NotResource": "RAM's grammar has no NotResource (pages of 2018 to 2020 listed one): name the resources instead.",
    "NotPrincipal": "RAM has no NotPrincipal, which is a word of AWS: name the principals instead.",
    "Principal": "Principal is only for resource-based policies such as a role's trust policy or a bucket policy.",
    "Resource": "A trust policy belongs to its role: it names no Resource.",
    "Id": "Id is a word of AWS; RAM's grammar has no such element.",
}

FOREIGN_OPERATORS: tuple[tuple[str, str], ...] = (
    ("ForAnyValue:", "RAM documents no set prefixes; ForAnyValue and ForAllValues are words of AWS."),
    ("ForAllValues:", "RAM documents no set prefixes; ForAnyValue and ForAllValues are words of AWS."),
    ("Arn", "The Arn operators are words of AWS; compare the ARN with StringLike or StringEquals."),
    ("Null", "Null is a word of AWS; RAM has no test for the presence of a key."),
    ("Binary", "The Binary operators are words of AWS; RAM has none."),
)
"""Beginnings of operators that another cloud has, and what to do."""
