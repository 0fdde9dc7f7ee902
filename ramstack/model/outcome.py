"""Outcomes: what became of each change, exactly one for every change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ramstack.model.address import Address
from ramstack.model.change import Change

Status = Literal["done", "failed", "uncertain", "skipped"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a change was not done: the service's code and a message without secrets."""

    code: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """`caused_by` names the change whose failure made this one be skipped; `key_id` and `sink` what was delivered, and where
    to.
    """

    change: Change
    status: Status
    request_id: str = ""
    caused_by: Address | None = None
    fault: Fault | None = None
    key_id: str = ""
    sink: str = ""
