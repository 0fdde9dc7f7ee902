"""A secret shows itself to nobody who did not ask for it by name."""

import copy
import json
import pickle

import pytest

from ramstack.model.secret import Secret
from ramstack.secrets.payload import KeyPair, Password, Payload

TEXT = "xK9-marked-secret"


def payload(credential):
    return Payload(
        "1234567890123456", "alice", "alice@x.onaliyun.com", "https://s", credential, "2026-01-01T00:00:00Z"
    )


def test_it_prints_stars_however_it_is_printed():
    secret = Secret(TEXT)
    for shown in (str(secret), repr(secret), f"{secret:>10}", f"{secret!r}", "%s" % secret, repr([secret])):  # noqa: UP031
        assert TEXT not in shown
        assert "***" in shown
    assert TEXT not in repr(payload(KeyPair("LTAI1", secret)))


@pytest.mark.parametrize("spread", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps, lambda s: s == s])  # noqa: PLR0124
def test_it_cannot_be_copied_serialised_or_compared(spread):
    with pytest.raises(TypeError):
        spread(Secret(TEXT))


def test_it_is_gone_once_dropped():
    secret = Secret(TEXT)
    assert secret.reveal() == TEXT
    secret.drop()
    with pytest.raises(ValueError, match="dropped"):
        secret.reveal()


def test_a_payload_reveals_what_its_sink_is_promised():
    assert payload(Password(Secret(TEXT))).reveal()["password"] == TEXT
    key = payload(KeyPair("LTAI1", Secret(TEXT))).reveal()
    assert list(key) == [
        "format_version", "account", "user", "logon_name", "logon_url", "access_key_id", "access_key_secret", "created_at",
    ]  # fmt: skip
