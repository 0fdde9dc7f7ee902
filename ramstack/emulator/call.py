"""One call on its way through an action: everything the action may look at, and nothing else."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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

    kind: Literal["root", "user", "role"]
    arn: str
    key_id: str
    number: int | None = None
    principal_id: str = ""
    session_policy: str = ""


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

    @property
    def date(self) -> str:
        return write_date(self.now)


Action = Callable[[Call], Body]


def write_date(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
