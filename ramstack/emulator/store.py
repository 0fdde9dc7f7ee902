"""The one file an embedded account lives in, and the few verbs with which it is read and written.

Laws: what a committed transaction wrote survives a killed process; a transaction takes the write lock at its
beginning, so two processes on one file take turns instead of failing half-way; the file is readable by its
owner only, from before the first byte; it gets its name when it is whole; a file that is not ours is never touched.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

APPLICATION_ID = 0x52414D31
"""``RAM1``, in the header of every file of ours, where SQLite has a place for it."""

SCRIPTS = ("schema.sql", "schema2.sql", "schema3.sql", "schema4.sql")
"""A file of version n lacks the scripts after the n-th."""

SCHEMA_VERSION = len(SCRIPTS)
FIRST_TABLES = frozenset({"meta", "users", "access_keys", "attachments", "tallies"})
BUSY_MS = 10_000
JOURNAL_PAGES = 8_000
"""So long the journal grows before it is put into the file, which waits for the disk."""

CACHE_KIB = 65_536
SUFFIXES = ("", "-wal", "-shm")

Row = sqlite3.Row
Value = str | int | float | None


class WrongStore(Exception):
    """The file is not an embedded account that this version can serve."""


class OtherVersion(WrongStore):
    """The file is an embedded account, of a version that this one does not know."""


class Store:
    """A connection to a file that is there. One thread at a time: the owner of the store sees to that."""

    def __init__(self, path: Path) -> None:
        check_ours(path)
        self.path = path
        self._connection = _connect(path)
        try:
            self._bring_up_to_date()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._connection.close()

    def rows(self, sql: str, *values: Value) -> list[Row]:
        return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Value) -> Row | None:
        found: Row | None = self._connection.execute(sql, values).fetchone()
        return found

    def value(self, sql: str, *values: Value) -> Any:
        """The first column of the first row; None where there is no row."""
        found = self._connection.execute(sql, values).fetchone()
        return found[0] if found else None

    def run(self, sql: str, *values: Value) -> int:
        """Returns how many rows were touched."""
        return self._connection.execute(sql, values).rowcount

    def insert(self, sql: str, *values: Value) -> int:
        """Returns the number of the new row."""
        number = self._connection.execute(sql, values).lastrowid
        assert number is not None
        return number

    def run_many(self, sql: str, rows: Iterable[tuple[Value, ...]]) -> None:
        self._connection.executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of a transaction that leaves nothing behind when it fails."""
        self._connection.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK TO attempt")
            raise
        finally:
            self._connection.execute("RELEASE attempt")

    def refresh(self) -> None:
        """Looks at the file as it is now, and goes on seeing just that until the next refresh."""
        if self._connection.in_transaction:
            self._connection.execute("COMMIT")
        self._connection.execute("BEGIN")
        self.value("SELECT count(*) FROM meta")

    def _bring_up_to_date(self) -> None:
        """Runs the scripts that the file lacks; a later version than ours is refused."""
        with self.transaction():
            version = self.value("PRAGMA user_version")
            if version > SCHEMA_VERSION:
                raise OtherVersion(
                    f"{self.path} holds version {version} of an embedded account; this ramstack reads up to version "
                    f"{SCHEMA_VERSION}. Use the ramstack that wrote it, or `ramstack local reset` to start afresh."
                )
            for script in SCRIPTS[version:]:
                self._run_script(files("ramstack.emulator").joinpath(script).read_text("utf-8"))
            if version < SCHEMA_VERSION:
                self.run(f"PRAGMA application_id = {APPLICATION_ID}")
                self.run(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _run_script(self, script: str) -> None:
        for statement in _statements(script):
            self._connection.execute(statement)


def create(path: Path, found: Callable[[Store], None]) -> None:
    """Makes the file, with what ``found`` writes into it. Where another process was faster, its file stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        _begin_draft(draft)
        with closing(Store(draft)) as store, store.transaction():
            found(store)
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        remove(draft)


def remove(path: Path) -> None:
    """The file and its journals."""
    for suffix in SUFFIXES:
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)


def check_ours(path: Path) -> None:
    """Raises WrongStore for anything but a file that an embedded account made."""
    if not path.is_file() or (_application(path) != APPLICATION_ID and not _is_first_version(path)):
        raise WrongStore(f"{path} is not an embedded account, so it is left as it is. Give another file.")


def _application(path: Path) -> int:
    """From the header itself, since opening a database may write to it."""
    with path.open("rb") as file:
        header = file.read(100)
    return int.from_bytes(header[68:72], "big") if header.startswith(b"SQLite format 3\0") else 0


def _is_first_version(path: Path) -> bool:
    """The first version did not mark its files; it is known by its tables."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    except sqlite3.DatabaseError:
        return False
    return version == 1 and tables >= FIRST_TABLES


def _begin_draft(draft: Path) -> None:
    os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(draft)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {JOURNAL_PAGES}")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.DatabaseError as error:
        connection.close()
        raise WrongStore(f"{path} is not an embedded account: {error}.") from error
    return connection


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
