"""Movements: what is not any more as a plan saw it, by address, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.change import Plan
from ramstack.model.resource import Resource, in_words
from ramstack.planning.fingerprint import fingerprints

How = Literal["appeared", "vanished", "changed"]


@dataclass(frozen=True)
class Movement:
    """One object that moved. `parts` are the fields that differ, where the earlier values are known."""

    address: str
    how: How
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.address} {self.how}" + (f" ({', '.join(self.parts)})" if self.parts else "")


def movements(plan: Plan, live: Account) -> tuple[Movement, ...]:
    """What moved of all that the plan was computed from; nothing when the same plan could be made again."""
    seen, now = plan.fingerprints, fingerprints(live, plan.changes)
    held = {str(_old(c.address, c.renamed_from)): c.before for c in plan.changes}
    return tuple(
        Movement(
            address,
            how_it_moved(seen, now, address),
            differing(held.get(address), live.get(Address.parse(address))),
        )
        for address in sorted({*seen, *now})
        if seen.get(address) != now.get(address)
    )


def how_it_moved(before: Mapping[str, object], after: Mapping[str, object], address: str) -> How:
    """Between two states of the account, of which at least one has the address."""
    if address not in before:
        return "appeared"
    return "changed" if address in after else "vanished"


def differing(before: Resource | None, after: Resource | None) -> tuple[str, ...]:
    """The compared fields that differ, in people's words; none where a side is not known."""
    if before is None or after is None or type(before) is not type(after):
        return ()
    names = [f.name for f in fields(before) if f.compare]
    return tuple(in_words(before, n) for n in names if getattr(before, n) != getattr(after, n))


def _old(address: Address, renamed_from: str) -> Address:
    return Address((address.kind, renamed_from)) if renamed_from else address
