"""What is done to an account: calls with placeholders, in sequences that can be run anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

RAM, IMS, RM, STS = "2015-05-01", "2019-08-15", "2020-03-31", "2015-04-01"


@dataclass(frozen=True)
class Step:
    """One call. ``{p}`` in a value is the prefix of all names, ``{P}`` the same in upper case, ``{account}`` the account
    id, ``{domain}`` its login domain; what ``keep`` names is taken from the reply (``User.UserId``) for later steps.
    """

    action: str
    params: Mapping[str, str] = field(default_factory=dict)
    version: str = RAM
    keep: Mapping[str, str] = field(default_factory=dict)
    repeat: int = 1
    nonce: str = ""
    """Sent as the nonce, filled in like a parameter; empty for a new one."""


@dataclass(frozen=True)
class Sequence:
    """Steps that belong together. ``question`` numbers what ram-api.md section 8 leaves open, where one is probed."""

    name: str
    steps: tuple[Step, ...]
    question: int | None = None


def ram(action: str, **params: str) -> Step:
    return Step(action, params)


def ims(action: str, params: Mapping[str, str], **keep: str) -> Step:
    return Step(action, params, IMS, keep)
