"""A key that an embedded account has really made, and what shows that a delivered one is that key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from alibabacloud_ram20150501 import models as ram

from ramstack.emulator import EmbeddedAccount
from ramstack.model.secret import Secret
from ramstack.secrets.opening import Surroundings
from ramstack.secrets.payload import KeyPair, Password, Payload
from tests.emulator.tea import tea_client

Works = Callable[[Mapping[str, str]], bool]


@pytest.fixture(name="account", scope="module")
def _account() -> Iterator[EmbeddedAccount]:
    with EmbeddedAccount() as account:
        tea_client(account, "ram").create_user(ram.CreateUserRequest(user_name="alice"))
        yield account


@pytest.fixture(name="payload")
def _payload(account: EmbeddedAccount) -> Iterator[Payload]:
    """A key of alice, gone when the test is over."""
    client = tea_client(account, "ram")
    key = client.create_access_key(ram.CreateAccessKeyRequest(user_name="alice")).body.access_key
    yield payload_of(KeyPair(key.access_key_id, Secret(key.access_key_secret)))
    client.delete_access_key(
        ram.DeleteAccessKeyRequest(user_name="alice", user_access_key_id=key.access_key_id)
    )


@pytest.fixture(name="works")
def _works(account: EmbeddedAccount) -> Works:
    """Whether a delivered document signs a call that the account accepts as alice's."""

    def works(document: Mapping[str, str]) -> bool:
        pair = {
            "AccessKeyId": document["access_key_id"],
            "AccessKeySecret": document["access_key_secret"],
        }
        return tea_client(account, "sts", pair).get_caller_identity().body.arn.endswith(":user/alice")

    return works


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Surroundings:
    """An empty folder, and an environment with secrets of others in it."""
    environ = {"PATH": "/usr/bin:/bin", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "root-secret", "EXTRA": "extra"}
    return Surroundings(tmp_path, environ, lambda text: None, lambda region: None)


def payload_of(credential: KeyPair | Password, user: str = "alice") -> Payload:
    account = "1234567890123456"
    return Payload(
        account=account,
        user=user,
        logon_name=f"{user}@{account}.onaliyun.com",
        logon_url=f"https://signin.aliyun.com/{account}.onaliyun.com/login.htm",
        credential=credential,
        created_at="2026-11-23T22:00:00Z",
    )
