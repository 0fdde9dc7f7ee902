"""The recycle bin: which of the users that a run deleted can be restored. Read only when a run deleted users."""

from __future__ import annotations

from collections.abc import Mapping

from ramstack.gateway.port import Reader
from ramstack.model.account import Account
from ramstack.model.errors import Refused
from ramstack.model.run import Run
from ramstack.planning.undo import Recycled


def read_recycled(reader: Reader, run: Run, live: Account) -> Recycled:
    """Id → name of every user in the bin; None where the service does not show it, or not to us."""
    gone = [c.address for c in run.touched if c.address.kind == "user" and c.after is None]
    return _in_bin(reader) if any(address not in live for address in gone) else {}


def _in_bin(reader: Reader) -> Mapping[str, str] | None:
    try:
        return {row.id: row.name for row in reader.recycled_users()}
    except Refused:
        return None
