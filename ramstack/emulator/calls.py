"""The log of calls: what was asked, by whom, and how it was answered. Secrets never enter it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ramstack.emulator.store import Row, Store

SECRET = frozenset(
    {"AuthenticationCode1", "AuthenticationCode2", "NewPassword", "OIDCToken", "OldPassword", "Password"}
)
LONGEST_LOG = 200_000
TIDYING = 1000


@dataclass(frozen=True)
class LoggedCall:
    """``kind`` is read or write; ``fault`` names what the server was told to do to the call, if anything."""

    time: str
    product: str
    version: str
    action: str
    kind: str
    caller: str
    params: Mapping[str, str]
    status: int
    code: str
    request_id: str
    fault: str = ""


def log_call(store: Store, call: LoggedCall) -> int:
    """Appends, and returns the number of the entry."""
    return store.insert(
        "INSERT INTO calls (time, product, version, action, kind, caller, params, status, code, request_id, fault)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        call.time,
        call.product,
        call.version,
        call.action,
        call.kind,
        call.caller,
        json.dumps(hide_secrets(call.params), ensure_ascii=False),
        call.status,
        call.code,
        call.request_id,
        call.fault,
    )


def forget_old_calls(store: Store, newest: int) -> None:
    store.run("DELETE FROM calls WHERE seq <= ?", newest - LONGEST_LOG)


def hide_secrets(params: Mapping[str, str]) -> dict[str, str]:
    return {name: "***" if name in SECRET else value for name, value in params.items()}


def read_calls(store: Store) -> tuple[LoggedCall, ...]:
    """All of them, in the order in which they were decided."""
    return tuple(_read(row) for row in store.rows("SELECT * FROM calls ORDER BY seq"))


def count_calls(store: Store) -> dict[str, int]:
    rows = store.rows("SELECT action, count(*) AS amount FROM calls GROUP BY action ORDER BY action")
    return {row["action"]: row["amount"] for row in rows}


def forget_calls(store: Store) -> None:
    store.run("DELETE FROM calls")


def _read(row: Row) -> LoggedCall:
    fields = {name: row[name] for name in row.keys() if name not in ("seq", "params")}  # noqa: SIM118 - sqlite3.Row
    return LoggedCall(**fields, params=json.loads(row["params"]))
