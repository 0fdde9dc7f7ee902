"""Two processes serve one file: they agree on rates, nonces, sessions, and what is there."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from ramstack.emulator import EmbeddedAccount, reset
from tests.emulator.clients import LegacySdk, send, sign_v1

ROOT = Path(__file__).parents[2]
SERVE = """
import sys
from datetime import datetime
from pathlib import Path
from ramstack.emulator import EmbeddedAccount, Settings
def ready(account):
    print(account.endpoint, account.access_key_id, account.access_key_secret, flush=True)
noon = datetime.fromisoformat(sys.argv[2])
EmbeddedAccount(Path(sys.argv[1]), Settings(quota="documented"), clock=lambda: noon).serve(ready)
"""


class Remote:
    """As much of an account as a client needs."""

    def __init__(self, line: str) -> None:
        self.endpoint, self.access_key_id, self.access_key_secret = line.split()


@pytest.fixture
def remotes(tmp_path: Path) -> Iterator[list[Remote]]:
    """Two processes whose clocks stand still at one moment, so that no bucket fills again."""
    reset(tmp_path / "local.db")
    command = [sys.executable, "-c", SERVE, str(tmp_path / "local.db"), datetime.now(UTC).isoformat()]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with ExitStack() as stack:
        processes = [
            stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment))
            for _ in range(2)
        ]
        try:
            yield [Remote(process.stdout.readline()) for process in processes if process.stdout]
        finally:
            for process in processes:
                process.terminate()


def test_two_processes_share_rates_nonces_and_contents(remotes: list[Remote], tmp_path: Path):
    """Twenty writes a second are twenty in all; a nonce is spent for both; what one wrote the other reads."""
    replies = [
        send(remotes[number % 2], {"Action": "CreateUser", "UserName": f"u{number}"}) for number in range(22)
    ]
    assert [reply.status_code for reply in replies] == [200] * 20 + [400] * 2
    assert {reply.json()["Code"] for reply in replies[20:]} == {"Throttling.User"}
    once = sign_v1(remotes[0], {"Action": "GetAccountAlias"})
    with requests.Session() as session:
        session.trust_env = False
        codes = [
            session.post(remote.endpoint, data=once, timeout=10).json().get("Code") for remote in remotes
        ]
    assert codes == [None, "SignatureNonceUsed"]
    sdk = LegacySdk(remotes[1])
    assert len(sdk.ram("ListUsers")["Users"]["User"]) == 20
    sdk.close()
    with EmbeddedAccount(tmp_path / "local.db") as account, account.world.turn() as store:
        assert store.value("PRAGMA integrity_check") == "ok"
