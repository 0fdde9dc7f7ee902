"""Starting, stopping, keeping: the server around the account."""

import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import trustme

from ramstack import emulator
from ramstack.emulator import Certificate, EmbeddedAccount, Settings, WrongStore, reset
from tests.emulator.clients import LegacySdk

ROOT = Path(__file__).parents[2]


def test_exports_are_the_public_names():
    """What is listed is there."""
    assert all(hasattr(emulator, name) for name in emulator.__all__)
    assert list(emulator.__all__) == sorted(emulator.__all__)


def test_a_file_outlives_its_server(tmp_path: Path):
    """Account id, root key and contents are the same when the file is opened again."""
    path = tmp_path / "deep" / "local.db"
    with EmbeddedAccount(path) as account:
        account.edit("CreateUser", UserName="alice")
        before = account.account_id, account.access_key_id, account.access_key_secret, account.state()
    with EmbeddedAccount(path) as account:
        assert (
            account.account_id,
            account.access_key_id,
            account.access_key_secret,
            account.state(),
        ) == before
    reset(path)
    with EmbeddedAccount(path) as account:
        assert (account.account_id, account.access_key_secret) == (before[0], before[2])
        assert account.state()["users"] == []


def test_only_the_owner_can_read_the_file(tmp_path: Path):
    """0600, the journal files too."""
    path = tmp_path / "local.db"
    with EmbeddedAccount(path) as account:
        account.edit("CreateUser", UserName="alice")
        modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == {0o600}


def _foreign_database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE mine (precious TEXT)")
        connection.execute("INSERT INTO mine VALUES ('all of it')")
    connection.close()


def _versioned_stranger(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 1")
        connection.execute("CREATE TABLE meta (name TEXT, value TEXT)")
    connection.close()


STRANGERS = {
    "text": lambda path: path.write_text("this is no database, " * 100),
    "empty": lambda path: path.touch(),
    "database": _foreign_database,
    "same version": _versioned_stranger,
    "folder": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("kind", STRANGERS)
def test_a_file_that_is_not_ours_is_never_touched(tmp_path: Path, kind):
    """Neither serving nor resetting changes a byte of it, nor leaves anything beside it."""
    path = tmp_path / "theirs.db"
    STRANGERS[kind](path)
    before = path.read_bytes() if path.is_file() else b""
    for use in (EmbeddedAccount, reset):
        with pytest.raises(WrongStore, match=r"theirs\.db is not an embedded account"):
            use(path)
    assert (path.read_bytes() if path.is_file() else b"") == before
    assert list(tmp_path.iterdir()) == [path]


def test_our_file_of_a_newer_version_is_refused_and_can_be_reset(tmp_path: Path):
    """It is told which version it has; a reset makes a fresh account of it."""
    path = tmp_path / "newer.db"
    reset(path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(WrongStore, match="version 99"):
        EmbeddedAccount(path)
    reset(path)
    with EmbeddedAccount(path) as account:
        assert account.state()["users"] == []


def test_our_older_file_is_brought_up_to_date(tmp_path: Path):
    """A file of the first version, which was not marked yet, keeps all that it holds."""
    path = tmp_path / "older.db"
    with sqlite3.connect(path) as connection:
        connection.executescript((Path(__file__).parent / "version1.sql").read_text("utf-8"))
    connection.close()
    with EmbeddedAccount(path) as account:
        assert [user["name"] for user in account.state()["users"]] == ["alice"]
        assert account.access_key_id == "LTAIoldoldoldoldoldoldo1"
        account.edit("CreateUser", UserName="bob")
    with EmbeddedAccount(path) as account:
        assert len(account.state()["users"]) == 2


def test_two_servers_on_one_file_take_turns(tmp_path: Path):
    """Both see what either wrote, and writes of both survive."""
    path = tmp_path / "local.db"
    with EmbeddedAccount(path) as one, EmbeddedAccount(path) as two:
        threads = [
            threading.Thread(target=_create_users, args=(account, prefix))
            for account, prefix in ((one, "a"), (two, "b"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert one.state() == two.state()
        assert len(one.state()["users"]) == 100


def _create_users(account: EmbeddedAccount, prefix: str) -> None:
    for number in range(50):
        account.edit("CreateUser", UserName=f"{prefix}{number}")


def test_nothing_is_left_when_it_stops():
    """The thread is gone and the port is free."""
    with EmbeddedAccount() as account:
        port = int(account.endpoint.rpartition(":")[2])
        folder, mine = account.world.path.parent, set(threading.enumerate())
    assert mine - set(threading.enumerate())
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))
    assert not folder.exists()


def test_https_on_loopback(tmp_path: Path):
    """With a certificate the same account speaks TLS."""
    authority = trustme.CA()
    leaf = authority.issue_cert("127.0.0.1")
    leaf.private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with EmbeddedAccount(certificate=Certificate(tmp_path / "server.pem")) as account:
        assert account.endpoint.startswith("https://")
        sdk = LegacySdk(account, verify=str(tmp_path / "ca.pem"))
        assert sdk.ram("CreateUser", UserName="alice")["User"]["UserName"] == "alice"
        sdk.close()


def test_a_certificate_that_is_none_fails_at_once(tmp_path: Path):
    """The error comes to the caller; no thread is left waiting."""
    with (
        pytest.raises(OSError, match="No such file"),
        EmbeddedAccount(certificate=Certificate(tmp_path / "no.pem")),
    ):
        pass


@pytest.mark.parametrize(
    "bad",
    [
        {"quota": "some"},
        {"quota_scale": 0.0},
        {"quota_scale": float("inf")},
        {"latency_ms": float("inf")},
        {"stale_ms": -1.0},
        {"date_offset": timedelta(days=99_999_999)},
        {"date_offset": timedelta(days=-99_999_999)},
    ],
)
def test_settings_that_mean_nothing_are_refused(bad):
    """A wrong switch is told when it is set."""
    with pytest.raises(ValueError, match="must be"):
        Settings(**bad)


SERVE = """
import sys
from pathlib import Path
from ramstack.emulator import Settings, serve_forever
def ready(account):
    print(account.endpoint, account.access_key_id, account.access_key_secret, flush=True)
serve_forever(Path(sys.argv[1]), Settings(), "127.0.0.1", 0, ready)
print("stopped", flush=True)
"""


def _serve(path: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SERVE, str(path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_serving_in_good_order(tmp_path: Path, number):
    """The call returns, the process ends with 0."""
    with _serve(tmp_path / "local.db") as process:
        assert process.stdout
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.send_signal(number)
        assert process.stdout.readline() == "stopped\n"
        assert process.wait(10) == 0


def test_a_killed_server_loses_nothing_it_acknowledged(tmp_path: Path):
    """What was answered with 200 before kill -9 is there afterwards."""
    path = tmp_path / "local.db"
    with _serve(path) as process:
        assert process.stdout
        endpoint, key_id, secret = process.stdout.readline().split()
        sdk = LegacySdk(_Remote(endpoint, key_id, secret))
        for number in range(20):
            sdk.ram("CreateUser", UserName=f"u{number}")
        sdk.close()
        process.kill()
    with EmbeddedAccount(path) as account:
        assert len(account.state()["users"]) == 20


class _Remote:
    """As much of an account as a client needs."""

    def __init__(self, endpoint: str, key_id: str, secret: str) -> None:
        self.endpoint = endpoint
        self.access_key_id = key_id
        self.access_key_secret = secret
