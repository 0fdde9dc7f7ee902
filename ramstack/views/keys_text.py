"""Credentials as a person reads them, as JSON, and as CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from ramstack.model.inventory import HeldKey, HeldLogon, Inventory
from ramstack.planning.hygiene import Entry, Fault, Limits
from ramstack.views.layout import BLANK, prose, render
from ramstack.views.tables import table_lines
from ramstack.views.words import counted

HEADINGS = ("USER", "WHAT", "STATUS", "AGE", "LAST USED", "ROTATION", "MFA", "BEYOND LIMITS")
COLUMNS = (
    "user",
    "kind",
    "slot",
    "key_id",
    "status",
    "created",
    "age_days",
    "last_used",
    "idle_days",
    "rotation_due",
    "mfa",
    "faults",
)
_FAULTS: Mapping[Fault, str] = MappingProxyType({"too-old": "too old", "unused": "unused"})
_SOURCES = MappingProxyType(
    {
        "report": "Source: the service's credential report of {at}, which does not tell the ids of keys (--source users does).",
        "users": "Source: calls for each user.",
    }
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With what a cell begins that a spreadsheet would take for a formula."""


def keys_text(
    inventory: Inventory, entries: Sequence[Entry], now: datetime, *, color: bool, width: int
) -> str:
    """A row for each logon and key, then how many there are and where that is known from."""
    rows = [_row(entry, now) for entry in entries]
    table = table_lines(HEADINGS, rows, width=width) if rows else [prose("Nobody has a key or a logon.")]
    told = [_count(inventory, entries), _SOURCES[inventory.source].format(at=inventory.taken_at)]
    lines = [*table, BLANK, *(prose(text) for text in (*told, *inventory.remarks))]
    return render(lines, color=color, width=width)


def _row(entry: Entry, now: datetime) -> tuple[str, ...]:
    held = entry.held
    return (
        entry.user,
        f"key {held.id or held.slot}" if isinstance(held, HeldKey) else "console",
        _status(entry),
        _days(entry.age),
        f"{_days(now - held.last_used)} ago" if held.last_used else "never",
        _rotation(entry.rotation_due, now),
        "yes" if entry.has_mfa else "no",
        ", ".join(_FAULTS[fault] for fault in entry.faults) or "-",
    )


def _count(inventory: Inventory, entries: Sequence[Entry]) -> str:
    keys = sum(isinstance(entry.held, HeldKey) for entry in entries)
    faulty = sum(bool(entry.faults) for entry in entries)
    beyond = f"; {faulty} beyond the limits" if faulty else ""
    logons = counted(len(entries) - keys, "logon")
    return f"{counted(len(inventory.users), 'user')}, {counted(keys, 'key')}, {logons}{beyond}."


def _status(entry: Entry) -> str:
    return "active" if entry.held.is_active else "inactive"


def _days(span: timedelta | None) -> str:
    """Whole days: nobody rotates by the hour."""
    return "unknown" if span is None else f"{max(span.days, 0)} d"


def _rotation(due: datetime | None, now: datetime) -> str:
    if due is None:
        return "-"
    return f"due in {_days(due - now)}" if due > now else f"due since {_days(now - due)}"


def keys_csv(entries: Sequence[Entry]) -> str:
    """RFC 4180 with a header. A cell that a spreadsheet would run as a formula gets an apostrophe in front."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow([_harmless(cell) for cell in _cells(entry)])
    return text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _cells(entry: Entry) -> tuple[str, ...]:
    held = entry.held
    kind, slot, key_id, born = (
        ("access_key", str(held.slot), held.id, held.created)
        if isinstance(held, HeldKey)
        else ("console", "", "", held.since)
    )
    return (
        entry.user,
        kind,
        slot,
        key_id,
        _status(entry),
        _stamp(born) or "",
        "" if entry.age is None else str(entry.age.days),
        _stamp(held.last_used) or "",
        "" if entry.idle is None else str(entry.idle.days),
        _stamp(entry.rotation_due) or "",
        str(entry.has_mfa).lower(),
        " ".join(entry.faults),
    )


def keys_document(inventory: Inventory, entries: Sequence[Entry], limits: Limits) -> dict[str, object]:
    """What `keys --format json` prints: every user, also those without a credential."""
    by_user: dict[str, list[Entry]] = {one.user: [] for one in inventory.users}
    for entry in entries:
        by_user[entry.user].append(entry)
    return {
        "format_version": "1.0",
        "source": inventory.source,
        "taken_at": inventory.taken_at or None,
        "limits": {"max_age_days": _whole(limits.max_age), "unused_days": _whole(limits.unused)},
        "beyond_limits": sum(bool(entry.faults) for entry in entries),
        "users": [
            {"user": one.user, "mfa": one.has_mfa, **_credentials(by_user[one.user])}
            for one in inventory.users
        ],
        "remarks": list(inventory.remarks),
    }


def _credentials(entries: Sequence[Entry]) -> dict[str, object]:
    logons = [_logon(entry, entry.held) for entry in entries if isinstance(entry.held, HeldLogon)]
    return {
        "console": next(iter(logons), None),
        "access_keys": [_key(entry, entry.held) for entry in entries if isinstance(entry.held, HeldKey)],
    }


def _logon(entry: Entry, held: HeldLogon) -> dict[str, object]:
    return {"status": _status(entry), "since": _stamp(held.since), **_use(entry)}


def _key(entry: Entry, held: HeldKey) -> dict[str, object]:
    return {
        "slot": held.slot,
        "key_id": held.id or None,
        "status": _status(entry),
        "created": _stamp(held.created),
        **_use(entry),
        "rotation_due": _stamp(entry.rotation_due),
    }


def _use(entry: Entry) -> dict[str, object]:
    return {
        "age_days": _whole(entry.age),
        "last_used": _stamp(entry.held.last_used),
        "idle_days": _whole(entry.idle),
        "faults": list(entry.faults),
    }


def _whole(span: timedelta | None) -> int | None:
    return None if span is None else span.days


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")
