"""kms: through the official SDK over HTTP, what was delivered is read back, current and old."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from alibabacloud_kms20160120 import models
from alibabacloud_kms20160120.client import Client
from alibabacloud_tea_openapi.utils_models import Config

from ramstack.gateway.connection import connect
from ramstack.gateway.credentials import fixed
from ramstack.model.errors import SinkFailed
from ramstack.model.problem import Origin
from ramstack.model.secret import Secret
from ramstack.model.sink import KmsWish, SinkWish
from ramstack.secrets.opening import open_sink
from ramstack.secrets.payload import KeyPair, Password

from .conftest import payload_of
from .doubles import KmsDouble, Serving, Told

WISH = KmsWish("cn-hangzhou", key="key-1", instance="kst-1")


@pytest.fixture(name="double")
def _double() -> KmsDouble:
    return KmsDouble()


@pytest.fixture(name="service")
def _service(double) -> Iterator[Serving]:
    with Serving(double) as service:
        yield service


@pytest.fixture(name="sink")
def _sink(here, service):
    with connect(fixed("id", "caller-secret"), endpoint=service.url) as gateway:
        yield open_sink(SinkWish("store", Origin("x.yaml"), WISH), replace(here, kms=gateway.kms))


def read_back(service: Serving, name: str, version: str = "") -> dict[str, str]:
    config = Config(
        endpoint=service.url.removeprefix("http://"),
        protocol="http",
        access_key_id="id",
        access_key_secret="s",
    )
    request = models.GetSecretValueRequest(secret_name=name, version_id=version or None)
    return json.loads(Client(config).get_secret_value(request).body.secret_data)


def test_a_key_is_read_back_and_works(sink, service, payload, works, double):
    """The first one makes the secret, with the wished key and instance; once more changes nothing."""
    sink.check()
    assert double.secrets == {}
    assert [sink.deliver(payload), sink.deliver(payload)] == ["ramstack/alice/access-key"] * 2
    document = read_back(service, "ramstack/alice/access-key")
    assert document == payload.reveal()
    assert works(document)
    made = double.created_with["ramstack/alice/access-key"]
    assert (made["EncryptionKeyId"], made["DKMSInstanceId"]) == ("key-1", "kst-1")


def test_the_newest_key_is_current_and_the_one_before_is_kept(sink, service):
    """A rotation is a new version of the same secret."""
    old, new = (payload_of(KeyPair(f"LTAI{n}", Secret(f"secret-{n}"))) for n in range(2))
    for one in (old, new):
        sink.deliver(one)
    assert read_back(service, "ramstack/alice/access-key") == new.reveal()
    assert read_back(service, "ramstack/alice/access-key", "LTAI0") == old.reveal()


def test_passwords_have_a_secret_of_their_own(sink, service):
    """Beside the keys of the same user; a later one is a later version."""
    first = payload_of(Password(Secret("one")))
    later = replace(payload_of(Password(Secret("two"))), created_at="2026-11-24T22:00:00Z")
    for one in (first, later):
        assert sink.deliver(one) == "ramstack/alice/password"
    assert read_back(service, "ramstack/alice/password") == later.reveal()


@pytest.mark.parametrize(
    ("told", "words", "transient"),
    [
        (
            Told.of(
                403,
                {"Code": "Forbidden.NoPermission", "Message": "no SecretData=lost-s3cret", "RequestId": "r"},
            ),
            "NoPermission",
            False,
        ),
        (
            Told.of(503, {"Code": "Rejected.Throttling", "Message": "slow", "RequestId": "r"}),
            "Throttling",
            True,
        ),
        (Told(502, b"<html>lost-s3cret</html>"), "", True),
        (Told(400, b"\xff\xfelost-s3cret"), "", True),
        (Told(200, b"not json lost-s3cret"), "", True),
    ],
)
def test_what_kms_refuses_is_told_without_the_secret(sink, service, told, words, transient):
    """By its code; what is no answer may be tried again."""
    service.failure = told
    for attempt in (sink.check, lambda: sink.deliver(payload_of(KeyPair("LTAI", Secret("lost-s3cret"))))):
        with pytest.raises(SinkFailed, match="KMS in cn-hangzhou said") as failed:
            attempt()
        assert words in str(failed.value)
        assert "lost-s3cret" not in str(failed.value)
        assert failed.value.transient == transient
        assert failed.value.__cause__ is failed.value.__context__ is None


def test_an_answer_that_names_nothing_is_no_delivery(sink, service):
    """A page of JSON from something else is not taken for KMS."""
    service.failure = Told.of(200, {"RequestId": "r"})
    with pytest.raises(SinkFailed) as failed:
        sink.deliver(payload_of(KeyPair("LTAI", Secret("s"))))
    assert failed.value.transient


def test_a_kms_that_is_not_there_is_told_before(here):
    """Nothing listens: check says so, and that it may pass."""
    with connect(fixed("id", "caller-secret"), endpoint="http://127.0.0.1:1") as gateway:
        sink = open_sink(SinkWish("store", Origin("x.yaml"), WISH), replace(here, kms=gateway.kms))
        with pytest.raises(SinkFailed) as failed:
            sink.check()
    assert failed.value.transient
