"""Dangers: risks that a change does not show by itself, only by what its policies let somebody do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ramstack.model.address import Address, PolicyRef
from ramstack.model.change import Change, Risk
from ramstack.model.permission import UNDECIDED, Meaning
from ramstack.planning.holdings import Holdings, document_of, is_administrator
from ramstack.planning.outlook import Outlook
from ramstack.planning.trusts import lets_in
from ramstack.policy import Document, permission_diff


def dangers_of(outlook: Outlook, meant: Sequence[Meaning]) -> Mapping[Address, tuple[Risk, ...]]:
    """By address: `admin-grant` where a change lifts somebody to administrator level, `unknown` where nobody can tell.

    Where no single change explains it, all that touch the principal are to answer for it.
    """
    found: dict[Address, set[Risk]] = defaultdict(set)
    weigh = _Scales(outlook)
    for meaning in meant:
        causes = outlook.causes[meaning.principal]
        if meaning.escalations:
            guilty = [c for c in causes if weigh.escalations(c) & set(meaning.escalations)]
            for change in guilty or causes:
                found[change.address].add("admin-grant")
        for change in causes if meaning.unknown else ():
            if UNDECIDED in meaning.unknown or weigh.policies(change) & set(meaning.unknown):
                found[change.address].add("unknown")
    for change in filter(lets_in, outlook.changes):
        found[change.address] |= set(_opened(outlook.after, change.address))
    return {address: tuple(sorted(risks)) for address, risks in found.items()}


def _opened(holdings: Holdings, role: Address) -> Iterator[Risk]:
    """What it means to let others assume a role."""
    if is_administrator(holdings, role):
        yield "admin-grant"
    if any(grant.document.is_opaque for grant in holdings.grants(role)):
        yield "unknown"


class _Scales:
    """What each change brings by itself; equal pairs of policies are compared once."""

    def __init__(self, outlook: Outlook) -> None:
        self._outlook = outlook
        self._known: dict[object, frozenset[str]] = {}

    def escalations(self, change: Change) -> frozenset[str]:
        """The ways to administrator level that come with the change."""
        before, after = self._sides(change)
        key = (before, after)
        if key not in self._known:
            sides = (_documents(self._outlook.before, before), _documents(self._outlook.after, after))
            self._known[key] = frozenset(permission_diff(*sides).escalations)
        return self._known[key]

    def policies(self, change: Change) -> frozenset[str]:
        """The names of the policies that come or go with the change."""
        return frozenset(str(ref) for side in self._sides(change) for ref in side)

    def _sides(self, change: Change) -> tuple[frozenset[PolicyRef], frozenset[PolicyRef]]:
        none: frozenset[PolicyRef] = frozenset()
        match change.address.kind:
            case "policy":
                edited = frozenset({PolicyRef("custom", change.address.name)})
                return edited, edited
            case "membership":
                group = [change.address.group]
                sides = self._outlook.before.policies(group), self._outlook.after.policies(group)
            case "role":
                sides = none, none
            case _:
                sides = (frozenset({change.address.policy}),) * 2
        return (
            none if change.action == "create" else sides[0],
            none if change.action == "delete" else sides[1],
        )


def _documents(holdings: Holdings, refs: Iterable[PolicyRef]) -> list[Document]:
    found = (document_of(holdings.account, ref) for ref in sorted(refs))
    return [document for document in found if not document.is_opaque]
