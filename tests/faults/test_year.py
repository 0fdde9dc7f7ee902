"""A simulated year of daily runs, over the wire, with faults and with programs that keep using old keys.

The service's date moves on by a day at a time, and the runs' with it; the clock of the wire stays the true one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ramstack.cli.exits import Exit
from ramstack.emulator import EmbeddedAccount, Fault
from ramstack.emulator.world import utc_now
from ramstack.gateway.connection import connect
from ramstack.gateway.credentials import fixed
from ramstack.model.mark import read_mark
from ramstack.model.owner import KEYS_TAG
from tests.cli.shell import Shell
from tests.faults.processes import SOAK, VAULT, shell_at
from tests.faults.story import check_held, delivered_to
from tests.faults.test_matrix import EFFECTS

DAY = timedelta(days=1)
DAYS, ROTATE, OVERLAP = (365, 60, 7) if SOAK else (45, 12, 3)
USERS = ("one", "two")
STACK = f"""\
ramstack: 1
stack: year
lineage: 3f9a2c1b
users:
  one: {{access_keys: {{count: 1, deliver: vault, rotate_after: {ROTATE}d, overlap: {OVERLAP}d}}}}
  two: {{access_keys: {{count: 2, deliver: vault, rotate_after: {ROTATE}d, overlap: {OVERLAP}d}}}}
sinks: {{vault: {{file: {{path: "${{VAULT}}"}}}}}}
"""


@dataclass
class Year:
    """What is known of each key: when it was last used, and when it was seen disabled."""

    account: EmbeddedAccount
    shell: Shell
    dice: random.Random
    ahead: timedelta = field(default_factory=timedelta)
    used: dict[str, datetime] = field(default_factory=dict)
    disabled: dict[str, datetime] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.shell.now = self.now

    def now(self) -> datetime:
        return utc_now() + self.ahead

    def pass_a_day(self) -> None:
        self.ahead += DAY
        self.account.shift(DAY)

    def keys(self, user: str) -> dict[str, str]:
        rows = self.account.edit("ListAccessKeys", UserName=user)["AccessKeys"]["AccessKey"]
        return {row["AccessKeyId"]: row["Status"] for row in rows}

    def use(self, user: str) -> None:
        """The program signs with its newest key, and now and then with an older one."""
        secrets = delivered_to(VAULT)
        working = [key for key, status in self.keys(user).items() if status == "Active" and key in secrets]
        for key in {working[-1], self.dice.choice(working)} if self.dice.random() < 0.4 else {working[-1]}:
            with connect(fixed(key, secrets[key]), endpoint=self.account.endpoint) as gateway:
                assert gateway.reader.caller().arn.endswith(f":user/{user}")
            self.used[key] = self.now()

    def run(self, faults: list[Fault]) -> int:
        self.account.set_faults(*faults)
        code = self.shell.run("apply", "year.yaml", "--yes").code
        self.account.set_faults()
        return code

    def check(self, user: str, before: dict[str, str], marked: frozenset[str]) -> None:
        """`marked`: those that were known to be delivered when the run began."""
        after = self.keys(user)
        assert len(after) <= 2
        assert any(status == "Active" and key in delivered_to(VAULT) for key, status in after.items())
        for key in marked & before.keys():
            if before[key] == "Active" and after.get(key) != "Active":
                assert key in after, "deleted while it worked"
                assert self.now() - self.used.get(key, self.now() - 999 * DAY) >= OVERLAP * DAY
                self.disabled[key] = self.now()
            if key not in after:
                assert self.now() - self.disabled[key] >= OVERLAP * DAY
        self.seen |= after.keys()


def faults_of(dice: random.Random) -> Iterator[Fault]:
    """Peace on two days of three."""
    if dice.random() < 1 / 3:
        kind = dice.choice(["write", "write", "read"])
        yield Fault(
            dice.choice(EFFECTS),
            kind=kind,
            chance=dice.choice([0.1, 0.4]),
            seed=dice.randrange(99),
            delay_ms=5,
        )


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(4 if SOAK else 1))
def test_a_year_of_daily_runs(tmp_path: Path, seed: int) -> None:
    """At every moment each user has a delivered key that works, never more than two, and none goes that is in use."""
    with EmbeddedAccount() as account:
        year = Year(account, shell_at(account, tmp_path / "shell", year=STACK), random.Random(seed))
        assert year.run([]) == Exit.DONE
        for _ in range(DAYS):
            year.pass_a_day()
            for user in USERS:
                year.use(user)
            before = {user: (year.keys(user), marked(account, user)) for user in USERS}
            faults = list(faults_of(year.dice))
            code = year.run(faults)
            for user in USERS:
                year.check(user, *before[user])
            if not faults:
                assert code == Exit.DONE
                check_held(account, VAULT, *USERS)
        assert len(year.seen) > 3 + DAYS // (2 * ROTATE), "hardly anything was rotated"


def marked(account: EmbeddedAccount, user: str) -> frozenset[str]:
    (tags,) = (row["tags"] for row in account.state()["users"] if row["name"] == user)
    return frozenset(read_mark(tags.get(KEYS_TAG, "")).delivered)
