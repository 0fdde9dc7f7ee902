"""System policies whose documents are published, so that something can be said of them without asking the account.

Source: RAM fact sheet, section 7 (help pages of single policies); policy language, section 5. Few on purpose: a document that
is only likely is worse than none, and where two pages disagree it depends.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ramstack.model.account import Edition
from ramstack.model.address import PolicyRef
from ramstack.policy import Condition, Document, Effect, Statement, parse_document
from ramstack.policy.document import UNREADABLE

_ICE = "acs:ice:*:*:*"


def _document(*actions: str, resource: str = "*") -> Document:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return parse_document({"Version": "1", "Statement": [statement]})


def _perhaps(document: Document, action: str) -> Document:
    """The document, and one action more that nobody can be sure of."""
    doubt = Condition(UNREADABLE, action, ("the product's guide says so, the policy's page does not",))
    more = Statement(
        Effect.ALLOW,
        frozenset({action.lower()}),
        frozenset({"*"}),
        conditions=frozenset({doubt}),
        index=len(document.statements),
        spelled=(action,),
        targets=("*",),
    )
    statements = (*document.statements, more)
    return Document(document.text, frozenset(statements), statements)


_EDITIONS: Mapping[str, Edition] = {
    "AliyunICEFullAccess": Edition(_document("ice:*", resource=_ICE), "v1"),
    "AliyunICEReadOnlyAccess": Edition(
        _perhaps(_document("ice:Get*", "ice:List*", "ice:Describe*", resource=_ICE), "ice:Search*"), "v1"
    ),
    "AliyunOSSReadOnlyAccess": Edition(_document("oss:Get*", "oss:List*"), "v1"),
    "AliyunSTSAssumeRoleAccess": Edition(_document("sts:AssumeRole"), "v1"),
}

PUBLISHED: Mapping[PolicyRef, Edition] = MappingProxyType(
    {PolicyRef("system", name): edition for name, edition in _EDITIONS.items()}
)
