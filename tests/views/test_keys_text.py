"""Credentials in text, JSON and CSV, whatever users are called."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ramstack.model.inventory import HeldCredentials, HeldKey, HeldLogon, Inventory
from ramstack.planning.hygiene import Limits, entries_of
from ramstack.views.keys_text import COLUMNS, keys_csv, keys_document, keys_text

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LIMITS = Limits(timedelta(days=90), None)
HOSTILE = st.text(min_size=1) | st.sampled_from(
    ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\tx", "\r\nx", 'a","b', "\x1b[2J", "\u202egnp", "'="]
)


def inventory_of(name: str) -> Inventory:
    key = HeldKey(1, name, is_active=True, created=NOW - timedelta(days=100), last_used=None)
    logon = HeldLogon(is_active=False, since=None, last_used=NOW)
    return Inventory(
        "users", (HeldCredentials(name, has_mfa=True, logon=logon, keys=(key,)),), "", ("remark",)
    )


@given(HOSTILE)
def test_a_spreadsheet_runs_nothing(name: str) -> None:
    """No cell begins like a formula; what was written can be read back."""
    entries = entries_of(inventory_of(name).users, NOW, LIMITS, {})
    header, *rows = csv.reader(io.StringIO(keys_csv(entries), newline=""))
    assert tuple(header) == COLUMNS
    assert len(rows) == 2
    for row in rows:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row)
        assert row[0] in (name, f"'{name}")
    assert [row[-1] for row in rows] == ["", "too-old"]


@given(HOSTILE)
def test_text_moves_no_cursor(name: str) -> None:
    inventory = inventory_of(name)
    entries = entries_of(inventory.users, NOW, LIMITS, {})
    text = keys_text(inventory, entries, NOW, color=False, width=100)
    assert all(line.isprintable() for line in text.split("\n"))


def test_the_form_of_the_document() -> None:
    """What others read, to the letter."""
    inventory = inventory_of("ann")
    entries = entries_of(inventory.users, NOW, LIMITS, {"ann": timedelta(days=60)})
    assert json.loads(json.dumps(keys_document(inventory, entries, LIMITS))) == {
        "format_version": "1.0",
        "source": "users",
        "taken_at": None,
        "limits": {"max_age_days": 90, "unused_days": None},
        "beyond_limits": 1,
        "users": [
            {
                "user": "ann",
                "mfa": True,
                "console": {
                    "status": "inactive",
                    "since": None,
                    "age_days": None,
                    "last_used": "2026-06-01T00:00:00Z",
                    "idle_days": 0,
                    "faults": [],
                },
                "access_keys": [
                    {
                        "slot": 1,
                        "key_id": "ann",
                        "status": "active",
                        "created": "2026-02-21T00:00:00Z",
                        "age_days": 100,
                        "last_used": None,
                        "idle_days": 100,
                        "faults": ["too-old"],
                        "rotation_due": "2026-04-22T00:00:00Z",
                    }
                ],
            }
        ],
        "remarks": ["remark"],
    }
