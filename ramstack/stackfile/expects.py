"""Access tests of a stack, as its sheets write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ramstack.model.address import Address
from ramstack.model.circumstances import context_of
from ramstack.model.problem import Origin, Problem, error
from ramstack.model.stack import Expectation
from ramstack.stackfile.draft import Draft
from ramstack.stackfile.forms import ExpectForm
from ramstack.stackfile.node import locate
from ramstack.stackfile.wording import shown

RULE = "expect-form"
_KINDS = ("user", "group", "role")
_ACTION = re.compile(r"\*|[A-Za-z0-9*?-]+:[A-Za-z0-9*?_-]+")


def read_expects(draft: Draft) -> Iterator[Expectation]:
    """The tests of a draft without errors."""
    for form, origin in _written(draft):
        subjects = [Address((kind, name)) for kind in _KINDS if (name := getattr(form, kind))]
        yield Expectation(
            subjects[0] if subjects else None,
            origin,
            tuple(form.allow or ()),
            tuple(form.deny or ()),
            context_of(form.from_, form.at, form.mfa),
            form.resource,
        )


def check_expects(draft: Draft) -> Iterator[Problem]:
    """One subject, something to test, and circumstances that can be read."""
    for form, origin in _written(draft):
        named = [kind for kind in _KINDS if getattr(form, kind)] + ["everyone"] * bool(form.everyone)
        if len(named) != 1:
            yield _wrong("Write exactly one of user, group, role and `everyone: true`.", origin)
        if not (form.allow or form.deny):
            yield _wrong("Write what must be allowed or denied: `allow: [ice:GetMediaInfo]`.", origin)
        if form.resource == "":
            yield _wrong(
                "The resource is empty: leave it out, or write one such as acs:oss:*:*:media/*.", origin
            )
        yield from (
            _wrong(f"{shown(action)} is no operation such as ice:GetMediaInfo.", origin)
            for action in (*(form.allow or ()), *(form.deny or ()))
            if not _ACTION.fullmatch(action)
        )
        try:
            context_of(form.from_, form.at, form.mfa)
        except ValueError as wrong:
            yield _wrong(f"{wrong}.", origin)


def _written(draft: Draft) -> Iterator[tuple[ExpectForm, Origin]]:
    for sheet in draft.sheets:
        for index, form in enumerate(sheet.form.expect or ()):
            yield form, locate(sheet.root, ("expect", index))


def _wrong(detail: str, origin: Origin) -> Problem:
    return error(RULE, "Unfit access test", detail, origin=origin)
