"""Inventory: which credentials users have, and when they were last used; never a secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Source = Literal["report", "users"]


@dataclass(frozen=True, slots=True)
class HeldKey:
    """An access key. `id` is empty where the source does not tell it; `last_used` None: the service knows of no use."""

    slot: int
    id: str
    is_active: bool
    created: datetime | None
    last_used: datetime | None


@dataclass(frozen=True, slots=True)
class HeldLogon:
    """Console logon. `since` is when the password was set or, where that is not told, when logon was turned on."""

    is_active: bool
    since: datetime | None
    last_used: datetime | None


@dataclass(frozen=True, slots=True)
class HeldCredentials:
    """Everything that one user can prove itself with."""

    user: str
    has_mfa: bool
    logon: HeldLogon | None = None
    keys: tuple[HeldKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Inventory:
    """Every user of an account, in order of name. `taken_at` is when the service made its report, empty where it made none."""

    source: Source
    users: tuple[HeldCredentials, ...]
    taken_at: str = ""
    remarks: tuple[str, ...] = ()
