"""One call on its way through an action: everything the action may look at, and nothing else."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from ramstack.emulator.params import Params
from ramstack.emulator.settings import Settings
from ramstack.emulator.store import Store

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"
Body: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True)
class Account:
    """The account whose world this is."""

    account_id: str
    alias: str = ""
    seal: bytes = b""
    """With what the account seals what it hands out and takes back."""

    shift: timedelta = timedelta(0)
    """How far the service's date was shifted."""

    closed: frozenset[str] = frozenset()
    """Codes of the services that the account did not activate."""

    def __repr__(self) -> str:
        return f"Account({self.account_id!r}, alias={self.alias!r})"

    @property
    def domain(self) -> str:
        """The default domain of login names: that of the alias, where one is set."""
        return f"{self.alias or self.account_id}.onaliyun.com"

    @property
    def domains(self) -> frozenset[str]:
        """All domains that a login name may be given with."""
        return frozenset({self.domain, f"{self.account_id}.onaliyun.com"})

    @property
    def root_arn(self) -> str:
        return f"acs:ram::{self.account_id}:root"


@dataclass(frozen=True)
class Caller:
    """Whose signature the call carries: root, a user, or a role in a session. Root has no number."""

    kind: Literal["root", "user", "role", "nobody"]
    arn: str
    key_id: str
    number: int | None = None
    principal_id: str = ""
    session_policy: str = ""
    has_mfa: bool = False
    """Whether a second factor was given at logon."""

    @property
    def identity_arn(self) -> str:
        """The identity itself: of a session its role."""
        if self.kind != "role":
            return self.arn
        return self.arn.replace("acs:sts:", "acs:ram:").replace(":assumed-role/", ":role/").rpartition("/")[0]

    @property
    def display_name(self) -> str:
        """As denials show it: the user's name, or role and session."""
        return self.arn.partition("/")[2] or "root"


NOBODY = Caller("nobody", "", "")
"""Whoever calls without a signature."""


@dataclass(frozen=True)
class Call:
    """Actions read and write the store inside a transaction that is already open."""

    store: Store
    params: Params
    account: Account
    caller: Caller
    now: datetime
    dice: random.Random
    settings: Settings
    circumstances: "Circumstances" = field(default_factory=dict)

    @property
    def date(self) -> str:
        return write_date(self.now)


Circumstances = Mapping[str, str | tuple[str, ...]]
"""Condition keys and what they are in a call."""

Action = Callable[[Call], Body]


def write_date(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
