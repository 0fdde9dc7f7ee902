"""The one file an embedded account lives in, and the few verbs with which it is read and written.

Laws: what a committed transaction wrote survives a killed process; a transaction takes the write lock at its
beginning, so two processes on one file take turns instead of failing half-way; the file is readable by its
owner only, from before the first byte.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

SCHEMA_VERSION = 1
BUSY_MS = 10_000

Row = sqlite3.Row
Value = str | int | float | None


class WrongStore(Exception):
    """The file is not an embedded account that this version can serve."""


class Store:
    """A connection to the file. One thread at a time: the owner of the store sees to that."""

    def __init__(self, path: Path) -> None:
        _create_private(path)
        self.path = path
        self._connection = _connect(path)
        try:
            self.is_new = self._settle()
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

    def _settle(self) -> bool:
        """Creates the tables of an empty file; refuses a file of another version."""
        with self.transaction():
            version = self.value("PRAGMA user_version")
            if version == SCHEMA_VERSION:
                return False
            if version or self.value("SELECT count(*) FROM sqlite_master"):
                raise WrongStore(
                    f"{self.path} holds version {version} of an embedded account; this ramstack reads version "
                    f"{SCHEMA_VERSION}. Remove the file, or run `ramstack local reset`, to start afresh."
                )
            for statement in _statements(
                files("ramstack.emulator").joinpath("schema.sql").read_text("utf-8")
            ):
                self._connection.execute(statement)
            self._connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        return True


def _create_private(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
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
