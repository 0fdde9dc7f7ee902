"""Credentials as a stack wishes them: console logon and access keys of one user."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from ramstack.model.problem import Origin

KeyStatus = Literal["Active", "Inactive"]
KEY_STATUSES: tuple[KeyStatus, ...] = ("Active", "Inactive")
GENERATE = "generate"
MAX_KEYS = 2
OVERLAP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ConsoleWish:
    """Console logon. `is_on` false: there shall be none.

    `password` says where a first password comes from: `generate`, `env/NAME` or `file/PATH`. What a person makes of it later
    is not managed. `deliver` names a sink; empty: it is delivered to nobody.
    """

    origin: Origin
    is_on: bool = True
    password: str = ""
    reset_required: bool | None = None
    mfa_required: bool | None = None
    deliver: str = ""


@dataclass(frozen=True, slots=True)
class KeysWish:
    """Access keys that ramstack delivers: how many, where to, and when new ones follow.

    `rotate_after` None: never. `overlap` is how long a key must have been idle, since its successor was delivered, before it is
    disabled, and how long it is then kept disabled before it is deleted. `exclusive`: keys that ramstack did not deliver go.
    """

    origin: Origin
    count: int = 1
    status: KeyStatus = "Active"
    deliver: str = ""
    rotate_after: timedelta | None = None
    overlap: timedelta = OVERLAP
    exclusive: bool = False
