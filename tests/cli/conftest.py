from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ramstack.emulator import EmbeddedAccount
from tests.cli.shell import Shell


@pytest.fixture(name="account")
def _account() -> Iterator[EmbeddedAccount]:
    with EmbeddedAccount() as account:
        yield account


@pytest.fixture(name="shell")
def _shell(tmp_path: Path, account: EmbeddedAccount, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell whose environment reaches the account, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path, {**account.environment, "RAMSTACK_RATE_SCALE": "100"})
