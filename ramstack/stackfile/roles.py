"""Roles of a stack: what is wrong with `roles:` beyond its shape, and the wishes it makes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ramstack.model.address import role_address
from ramstack.model.limits import ACCOUNT_ID
from ramstack.model.problem import Problem, error
from ramstack.model.trust import Oidc, Trust
from ramstack.policy import Document
from ramstack.stackfile.draft import Declared
from ramstack.stackfile.forms import OidcForm, RoleForm, TrustForm
from ramstack.stackfile.node import Items, child_table, locate
from ramstack.stackfile.wording import shown

DOCUMENT = "document"
_NAMED = re.compile(r"[A-Za-z0-9._-]+|acs:\S+")


def trust_of(role: Declared[RoleForm]) -> Declared[TrustForm] | None:
    """The trust of a role as a declaration of its own, as far as its document goes; None without a document."""
    written = child_table(role.written, "trust")
    if role.form.trust is None or DOCUMENT not in written.entries:
        return None
    return Declared(
        role.name, role.key, role.form.trust, child_table(role.body, "trust"), written, role.folder
    )


def trust_wish(role: Declared[RoleForm], document: Document | None) -> Trust | None:
    """Who may assume a role without errors; None where that is left out."""
    form = role.form.trust
    if form is None:
        return None
    return Trust(
        services=tuple(form.service or ()),
        accounts=tuple(form.account or ()),
        users=tuple(form.user or ()),
        saml=tuple(form.saml or ()),
        oidc=tuple(
            Oidc(
                one.provider or "",
                tuple(one.audience or ()),
                tuple(one.subject or ()),
                tuple(one.issuer or ()),
            )
            for one in form.oidc or ()
        ),
        document=document,
    )


def check_role(role: Declared[RoleForm]) -> Iterator[Problem]:
    """A trust must name somebody, or be a document; an account is an id; a token must be for somebody."""
    if role.form.trust is not None:
        yield from _breaches(role.form.trust, role)


def _breaches(form: TrustForm, role: Declared[RoleForm]) -> Iterator[Problem]:
    written = child_table(role.written, "trust").entries
    if all(isinstance(entry.value, Items) and not entry.value.nodes for entry in written.values()):
        yield _wrong(
            role, "names nobody. Write {service: ecs.aliyuncs.com}, or account, user, saml, oidc, document."
        )
    if DOCUMENT in written and len(written) > 1:
        yield _wrong(role, "is a document and more. Write the document alone, or put all into it.")
    for name in form.account or ():
        if not ACCOUNT_ID.fullmatch(name):
            yield _wrong(role, f"names the account {shown(name)}. An account is 16 digits.")
    providers = (one.provider for one in form.oidc or () if one.provider)
    for name in (*(form.user or ()), *(form.saml or ()), *providers):
        if not _NAMED.fullmatch(name):
            yield _wrong(
                role, f"names {shown(name)}. Write a name of letters, digits, `.`, `-` and `_`, or an ARN."
            )
    for index, oidc in enumerate(form.oidc or ()):
        yield from _check_oidc(role, oidc, index)


def _check_oidc(role: Declared[RoleForm], oidc: OidcForm, index: int) -> Iterator[Problem]:
    if not oidc.provider or not oidc.audience:
        detail = "takes tokens of OIDC: write `provider:` and `audience:`, or any client of the provider could assume the role."
        yield replace(_wrong(role, detail), origin=locate(role.body, ("trust", "oidc", index)))


def _wrong(role: Declared[RoleForm], detail: str) -> Problem:
    text = f"The trust of {shown(role.name)} {detail}"
    return error("trust", "Unfit trust", text, address=role_address(role.name), origin=role.place("trust"))
