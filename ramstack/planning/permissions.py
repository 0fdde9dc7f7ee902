"""Permissions: what the changes of a plan mean, principal by principal."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.change import Plan
from ramstack.model.permission import UNDECIDED, Ability, Meaning
from ramstack.planning.abilities import abilities
from ramstack.planning.dangers import dangers_of
from ramstack.planning.holdings import Holdings
from ramstack.planning.outlook import Outlook
from ramstack.policy import Grant, PermissionDiff, permission_diffs


def meanings(outlook: Outlook, account: str = "") -> tuple[Meaning, ...]:
    """What each touched principal can newly do and no longer do; those for whom nothing changes are left out."""
    sides = {p: (_Side.of(outlook.before, p), _Side.of(outlook.after, p)) for p in outlook.touched}
    diffs = permission_diffs({p: (b.grants, a.grants) for p, (b, a) in sides.items()}, account or None)
    told = _Teller()
    found = (told.meaning(p, diffs[p], before.unread ^ after.unread) for p, (before, after) in sides.items())
    return tuple(meaning for meaning in found if not meaning.is_empty)


@dataclass(frozen=True)
class _Side:
    """What a principal has on one side: the documents that are known, and the policies that are not."""

    grants: tuple[Grant, ...]
    unread: frozenset[str]

    @classmethod
    def of(cls, holdings: Holdings, principal: Address) -> _Side:
        grants = holdings.grants(principal)
        return cls(
            tuple(grant for grant in grants if not grant.document.is_opaque),
            frozenset(grant.name for grant in grants if grant.document.is_opaque),
        )


class _Teller:
    """Puts diffs into words, equal ones once."""

    def __init__(self) -> None:
        self._told: dict[int, tuple[tuple[Ability, ...], tuple[Ability, ...]]] = {}

    def meaning(self, principal: Address, diff: PermissionDiff, unread: frozenset[str]) -> Meaning:
        if id(diff) not in self._told:
            self._told[id(diff)] = (tuple(abilities(diff.gains)), tuple(abilities(diff.loses)))
        gains, loses = self._told[id(diff)]
        unknown = (*sorted(unread), *([UNDECIDED] if diff.undecided else []))
        return Meaning(principal, gains, loses, unknown, diff.escalations)


def understood(plan: Plan, live: Account) -> Plan:
    """The plan with what it means, and each risk that only shows in the meaning at the change that is to answer for it."""
    outlook = Outlook.of(plan, live)
    meant = meanings(outlook, live.id)
    dangers = dangers_of(outlook, meant)
    changes = tuple(replace(c, dangers=dangers.get(c.address, ())) for c in plan.changes)
    return replace(plan, changes=changes, permissions=meant)
