"""The recycle bin: which of the users that a run deleted can be restored, and whether a new user's name is in it. Read only then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ramstack.gateway.port import Reader
from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.errors import Refused, Throttled, Unreachable
from ramstack.model.run import Run
from ramstack.planning.undo import Recycled


def read_recycled(reader: Reader, run: Run, live: Account) -> Recycled:
    """Id → name of every user in the bin; None where the service does not show it, or not to us."""
    gone = [c.address for c in run.touched if c.address.kind == "user" and c.after is None]
    return _in_bin(reader) if any(address not in live for address in gone) else {}


def with_recycled(reader: Reader, live: Account, new: Iterable[Address]) -> Account:
    """The account with what its recycle bin holds, where there are new users. Where it is not shown, nothing is known of it."""
    if not any(new):
        return live
    before = reader.calls_made()
    found = frozenset((_in_bin(reader) or {}).values())
    return replace(live, recycled=found, reads=live.reads + reader.calls_made() - before)


def _in_bin(reader: Reader) -> Mapping[str, str] | None:
    try:
        return {row.id: row.name for row in reader.recycled_users()}
    except (Refused, Throttled, Unreachable):
        return None
