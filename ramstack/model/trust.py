"""Who may assume a role, in the words of a stack; the account's own id is filled in when it is known.

Sources of the forms: policy language, the elements of a trust policy; `oidc:aud`, `oidc:sub`, `oidc:iss` and `saml:recipient` are the
keys that the service itself puts into such policies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ramstack.policy import Document, parse_document
from ramstack.policy.statement import Kind

SAML_RECIPIENT = "https://signin.aliyun.com/saml-role/sso"

Names = tuple[str, ...]
Statement = dict[str, object]


@dataclass(frozen=True, slots=True)
class Oidc:
    """Tokens of one provider; `audience` names the clients that they must be for."""

    provider: str
    audience: Names
    subject: Names = ()
    issuer: Names = ()


@dataclass(frozen=True, slots=True)
class Trust:
    """Services, accounts, users, SAML and OIDC providers that may assume a role, or a whole document instead.

    Users and providers are names in the role's own account, or ARNs.
    """

    services: Names = ()
    accounts: Names = ()
    users: Names = ()
    saml: Names = ()
    oidc: tuple[Oidc, ...] = ()
    document: Document | None = None

    def document_in(self, account: str) -> Document:
        """The trust policy of a role in `account`."""
        if self.document:
            return self.document
        return parse_document({"Version": "1", "Statement": list(self._statements(account))}, Kind.TRUST)

    def _statements(self, account: str) -> Iterator[Statement]:
        if self.services:
            yield _allow({"Service": [*self.services]})
        people = [*(f"acs:ram::{one}:root" for one in self.accounts), *_arns(account, "user", self.users)]
        if people:
            yield _allow({"RAM": people})
        if self.saml:
            federated = _arns(account, "saml-provider", self.saml)
            yield _allow({"Federated": federated}, {"saml:recipient": [SAML_RECIPIENT]})
        for oidc in self.oidc:
            wanted = {"oidc:aud": oidc.audience, "oidc:sub": oidc.subject, "oidc:iss": oidc.issuer}
            conditions = {key: [*values] for key, values in wanted.items() if values}
            yield _allow({"Federated": _arns(account, "oidc-provider", (oidc.provider,))}, conditions)


def _allow(principal: dict[str, list[str]], equal: dict[str, list[str]] | None = None) -> Statement:
    condition: Statement = {"Condition": {"StringEquals": equal}} if equal else {}
    return {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **condition}


def _arns(account: str, kind: str, names: Names) -> list[str]:
    return [name if name.startswith("acs:") else f"acs:ram::{account}:{kind}/{name}" for name in names]
