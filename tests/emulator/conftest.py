from collections.abc import Iterator

import pytest

from ramstack.emulator import EmbeddedAccount
from tests.emulator.clients import LegacySdk


@pytest.fixture(scope="session")
def shared_account() -> Iterator[EmbeddedAccount]:
    """One server for all tests that need no settings of their own."""
    with EmbeddedAccount() as account:
        yield account


@pytest.fixture
def account(shared_account: EmbeddedAccount) -> EmbeddedAccount:
    """An empty account."""
    shared_account.world.reset()
    shared_account.set_faults()
    return shared_account


@pytest.fixture
def sdk(account: EmbeddedAccount) -> Iterator[LegacySdk]:
    """The legacy SDK as root of the empty account."""
    client = LegacySdk(account)
    yield client
    client.close()
