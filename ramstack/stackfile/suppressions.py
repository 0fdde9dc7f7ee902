"""Lint rules that a stack silences, as its sheets write them. Whether a rule is known is not the loader's to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from ramstack.model.address import Address, group_address, policy_address, role_address, user_address
from ramstack.model.problem import Origin, Problem, error
from ramstack.model.stack import Suppression
from ramstack.stackfile.draft import Draft
from ramstack.stackfile.forms import IgnoreForm
from ramstack.stackfile.node import Loc, Table, locate
from ramstack.stackfile.wording import did_you_mean, shown

RULE = "lint-ignore"
_ADDRESSES: Mapping[str, Callable[[str], Address]] = MappingProxyType(
    {"user": user_address, "group": group_address, "role": role_address, "policy": policy_address}
)


def read_suppressions(draft: Draft) -> Iterator[Suppression]:
    """What a draft without errors silences."""
    for form, root, loc in _written(draft):
        named = [address_of(name) for _, address_of, name in _subjects(form)]
        yield Suppression(form.rule or "", form.reason or "", locate(root, (*loc, "rule")), *named)


def check_suppressions(draft: Draft) -> Iterator[Problem]:
    """A rule, a reason, and at most one thing of the stack that it is about."""
    for form, root, loc in _written(draft):
        subjects = list(_subjects(form))
        if not (form.rule or "").strip():
            yield _wrong("Write which rule: `rule: secret-reads`.", locate(root, loc))
        if not (form.reason or "").strip():
            yield _wrong("Write why, for whoever reads this next: `reason: …`.", locate(root, loc))
        if len(subjects) > 1:
            yield _wrong(
                "Write one of user, group, role and policy, or none for the whole stack.", locate(root, loc)
            )
        for kind, _, name in subjects:
            declared = _declared(draft)[kind]
            if draft.is_whole and name not in declared:
                hint = did_you_mean(name, declared)
                yield _wrong(
                    f"This stack declares no {kind} {shown(name)}.{hint}", locate(root, (*loc, kind))
                )


def _declared(draft: Draft) -> dict[str, frozenset[str]]:
    """The names of each kind."""
    return {
        "user": frozenset(draft.users),
        "group": frozenset(draft.groups),
        "role": frozenset(draft.roles),
        "policy": frozenset(draft.policies),
    }


def _subjects(form: IgnoreForm) -> Iterator[tuple[str, Callable[[str], Address], str]]:
    for kind, address_of in _ADDRESSES.items():
        name = getattr(form, kind)
        if name is not None:
            yield kind, address_of, name


def _written(draft: Draft) -> Iterator[tuple[IgnoreForm, Table, Loc]]:
    for sheet in draft.sheets:
        lint = sheet.form.lint
        for index, form in enumerate((lint.ignore if lint else None) or ()):
            yield form, sheet.root, ("lint", "ignore", index)


def _wrong(detail: str, origin: Origin) -> Problem:
    return error(RULE, "Unfit lint suppression", detail, origin=origin)
