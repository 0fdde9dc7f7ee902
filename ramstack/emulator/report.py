"""The credential report: who can log on, with which keys and devices, as one CSV table (ram-api.md section 3.2)."""

import base64
import csv
import io
import json
from collections.abc import Iterator, Sequence

from ramstack.emulator.call import Action, Body, Call
from ramstack.emulator.errors import missing_entity
from ramstack.emulator.nouns import USER, login_name
from ramstack.emulator.shapes import read_marker, write_marker
from ramstack.emulator.store import Row

COLUMNS = (
    "user",
    "user_creation_time",
    "user_last_logon",
    "password_exist",
    "password_active",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    *(
        f"access_key_{number}_{fact}"
        for number in (1, 2)
        for fact in ("exist", "active", "last_rotated", "last_used")
    ),
)
KEYS_SHOWN = 2
NOTHING = "-"
LARGEST = 3501

USERS = """
 SELECT u.*, l.UpdateDate AS changed, l.Status AS logon, d.seq AS device FROM users u
 LEFT JOIN login_profiles l ON l.user = u.seq LEFT JOIN mfa_devices d ON d.user = u.seq ORDER BY u.seq"""
KEYS = "SELECT * FROM access_keys WHERE user = ? ORDER BY seq LIMIT ?"


def generate_credential_report(call: Call) -> Body:
    """Ready at once, and kept until the next one is made."""
    rows = [
        [login_name(call.account, USER, row["UserName"]), *_facts(call, row)]
        for row in call.store.rows(USERS)
    ]
    report = json.dumps({"time": call.date, "lines": [_line(row) for row in rows]})
    call.store.run(
        "INSERT INTO meta (name, value) VALUES ('credential_report', ?)"
        " ON CONFLICT DO UPDATE SET value = excluded.value",
        report,
    )
    return {"State": "COMPLETED"}


def get_credential_report(call: Call) -> Body:
    """A page of whole lines; the first has the names of the columns."""
    stored = call.store.value("SELECT value FROM meta WHERE name = 'credential_report'")
    if stored is None:
        raise missing_entity("CredentialReport", "none was generated")
    report = json.loads(stored)
    lines = [_line(COLUMNS), *report["lines"]]
    size = call.params.number("MaxItems", 1, LARGEST, LARGEST)
    start = read_marker(call.params.text("NextToken"), "NextToken")
    more = start + size < len(lines)
    return {
        "Content": base64.b64encode("".join(lines[start : start + size]).encode()).decode(),
        "GeneratedTime": report["time"],
        "IsTruncated": str(more).lower(),
        **({"NextToken": write_marker(str(start + size))} if more else {}),
    }


def _facts(call: Call, user: Row) -> Iterator[str]:
    yield user["CreateDate"]
    yield user["LastLoginDate"] or NOTHING
    yield _truth(user["logon"] is not None)
    yield _truth(user["logon"] == "Active")
    yield user["changed"] or NOTHING
    yield NOTHING
    yield _truth(user["device"] is not None)
    keys = call.store.rows(KEYS, user["seq"], KEYS_SHOWN)
    for key in keys:
        yield from (
            "TRUE",
            _truth(key["Status"] == "Active"),
            key["CreateDate"],
            key["LastUsedDate"] or NOTHING,
        )
    for _ in range(KEYS_SHOWN - len(keys)):
        yield from ("FALSE", "FALSE", NOTHING, NOTHING)


def _truth(truth: bool) -> str:
    return str(truth).upper()


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


ACTIONS: dict[str, Action] = {
    "GenerateCredentialReport": generate_credential_report,
    "GetCredentialReport": get_credential_report,
}
