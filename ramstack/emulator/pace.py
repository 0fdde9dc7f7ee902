"""Rates: one token bucket for each API of the account (ram-api.md section 5.1).

Rows not seen in the documentation follow by analogy. The buckets live in the store, so two servers on one file
share them.
"""

from collections.abc import Mapping
from datetime import datetime

from ramstack.emulator.errors import Refusal
from ramstack.emulator.store import Store

SLOW = 10.0
ROUNDING = 1e-6
"""Of sums of times: a client that waits exactly long enough is not refused."""

DEFAULT = {
    "ram": {"read": 100.0, "write": 20.0},
    "ice": {"read": 100.0, "write": 100.0},
    "ims": {"read": 450.0, "write": 150.0},
    "resourcemanager": {"read": 100.0, "write": 20.0},
    "sts": {"read": 100.0, "write": 100.0},
}

EXACT: Mapping[tuple[str, str], float] = {
    **{
        ("ram", action): SLOW
        for action in (
            "AddUserToGroup",
            "AttachPolicyToGroup",
            "AttachPolicyToRole",
            "AttachPolicyToUser",
            "DecodeDiagnosticMessage",
            "DetachPolicyFromGroup",
            "DetachPolicyFromRole",
            "DetachPolicyFromUser",
            "RemoveUserFromGroup",
            "TagResources",
            "UntagResources",
        )
    },
    ("ims", "GetUserMFAInfo"): 700.0,
    ("ims", "GetAccessKeyLastUsed"): 350.0,
    ("sts", "AssumeRole"): 100.0,
}


def rate_of(product: str, action: str, kind: str) -> float:
    """Calls a second."""
    return EXACT.get((product.lower(), action)) or DEFAULT[product.lower()][kind]


def take_token(store: Store, api: str, rate: float, now: datetime) -> None:
    """Refuses with Throttling.User where the bucket is empty. A full bucket holds one second's worth, or one call."""
    moment, full = now.timestamp(), max(1.0, rate)
    row = store.row("SELECT tokens, filled FROM buckets WHERE api = ?", api)
    tokens = min(full, row["tokens"] + max(0.0, moment - row["filled"]) * rate) if row else full
    if tokens < 1 - ROUNDING:
        raise Refusal("Throttling.User", "Request was denied due to user flow control.")
    store.run(
        "INSERT INTO buckets (api, tokens, filled) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET tokens = excluded.tokens, filled = excluded.filled",
        api,
        tokens - 1,
        moment,
    )
