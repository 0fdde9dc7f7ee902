"""The world of one account: its file, who it is, and taking turns with it.

Laws: an account keeps its id and its root key for as long as its file lives, through resets too; whoever wants
to look or write takes a turn, and turns do not overlap.
"""

import random
import string
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock

from ramstack.emulator.call import Account, write_date
from ramstack.emulator.catalogue import read_catalogue
from ramstack.emulator.store import Store, create

ALPHANUMERICS = string.ascii_letters + string.digits

OWN_TABLES = (
    "past_passwords",
    "recycled_keys",
    "recycled_users",
    "resource_groups",
    "calls",
    "nonces",
    "buckets",
    "tags",
    "attachments",
    "memberships",
    "login_profiles",
    "mfa_devices",
    "versions",
    "policies",
    "groups",
    "sessions",
    "logons",
    "roles",
)
"""What a reset empties, in an order that references allow; users and their keys follow."""

FACTS = "SELECT name, value FROM meta WHERE name IN ('account_id', 'alias', 'closed', 'seal', 'shift')"

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Key:
    """An access key. Its secret is not shown by ``repr``."""

    key_id: str
    secret: str

    def __repr__(self) -> str:
        return f"Key(key_id={self.key_id!r}, secret='***')"


class World:
    """``root_key`` is taken for a new file only; an existing one keeps its own."""

    def __init__(
        self,
        path: Path,
        clock: Clock = utc_now,
        dice: random.Random | None = None,
        root_key: Key | None = None,
    ) -> None:
        self.path = path
        self.clock = clock
        self.dice = dice or random.SystemRandom()
        self._lock = RLock()
        if not path.exists():
            create(path, lambda store: self._found(store, root_key or new_key(self.dice)))
        self._store = Store(path)

    def close(self) -> None:
        with self._lock:
            self._store.close()

    @contextmanager
    def turn(self) -> Iterator[Store]:
        """The store, inside a transaction, for one thread at a time."""
        with self._lock, self._store.transaction():
            yield self._store

    def account(self, store: Store) -> Account:
        facts = {row["name"]: row["value"] for row in store.rows(FACTS)}
        shift = timedelta(seconds=float(facts.get("shift", "0")))
        closed = frozenset(facts.get("closed", "").split())
        return Account(
            facts["account_id"], facts.get("alias", ""), bytes.fromhex(facts["seal"]), shift, closed
        )

    @property
    def account_id(self) -> str:
        with self.turn() as store:
            return self.account(store).account_id

    @property
    def root_key(self) -> Key:
        with self.turn() as store:
            row = store.row("SELECT AccessKeyId, secret FROM access_keys WHERE user IS NULL")
            assert row is not None
            return Key(row["AccessKeyId"], row["secret"])

    def shift(self, by: timedelta) -> None:
        """Moves the service's date, for every server on the file, until the next reset."""
        with self.turn() as store:
            store.run(
                "INSERT INTO meta (name, value) VALUES ('shift', ?1)"
                " ON CONFLICT DO UPDATE SET value = CAST(value AS REAL) + ?1",
                by.total_seconds(),
            )

    def set_service(self, code: str, *, active: bool) -> None:
        """Whether the account activated a service. All are active until told otherwise, and after a reset."""
        with self.turn() as store:
            closed = self.account(store).closed - {code} if active else self.account(store).closed | {code}
            store.run(
                "INSERT INTO meta (name, value) VALUES ('closed', ?)"
                " ON CONFLICT DO UPDATE SET value = excluded.value",
                " ".join(sorted(closed)),
            )

    def reset(self) -> None:
        """Empties the account. Its id, its root key and the system policies stay."""
        with self.turn() as store:
            for table in OWN_TABLES:
                store.run(f"DELETE FROM {table}")  # noqa: S608 - a fixed list
            store.run("DELETE FROM access_keys WHERE user IS NOT NULL")
            store.run("DELETE FROM users")
            store.run("DELETE FROM meta WHERE name NOT IN ('account_id', 'seal')")
            _write_system_policies(store)

    def _found(self, store: Store, root_key: Key) -> None:
        account_id = "1" + str(self.dice.randrange(10**15)).zfill(15)
        store.run("INSERT INTO meta (name, value) VALUES ('account_id', ?)", account_id)
        store.run(
            "INSERT INTO access_keys (AccessKeyId, secret, CreateDate) VALUES (?, ?, ?)",
            root_key.key_id,
            root_key.secret,
            write_date(self.clock()),
        )
        _write_system_policies(store)


def new_key(dice: random.Random) -> Key:
    """``LTAI`` and twenty more; a secret of thirty alphanumerics (ram-api.md section 2.8)."""
    return Key(f"LTAI{draw(dice, 20)}", draw(dice, 30))


def draw(dice: random.Random, length: int) -> str:
    """So many random alphanumerics."""
    return "".join(dice.choice(ALPHANUMERICS) for _ in range(length))


def _write_system_policies(store: Store) -> None:
    for policy in read_catalogue():
        number = int(policy.version[1:])
        seq = store.insert(
            "INSERT INTO policies (PolicyName, PolicyType, Description, DefaultVersion, CreateDate, UpdateDate,"
            " next_version) VALUES (?, 'System', ?, ?, ?, ?, ?)",
            policy.name,
            policy.description,
            policy.version,
            policy.created,
            policy.updated,
            number + 1,
        )
        store.run(
            "INSERT INTO versions (policy, number, VersionId, PolicyDocument, CreateDate) VALUES (?, ?, ?, ?, ?)",
            seq,
            number,
            policy.version,
            policy.document,
            policy.updated,
        )
