"""vault: through hvac over HTTP, what was delivered is read back, current and old."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import hvac
import pytest

from ramstack.model.errors import SinkFailed
from ramstack.model.problem import Origin
from ramstack.model.secret import Secret
from ramstack.model.sink import SinkWish, VaultWish
from ramstack.secrets.opening import open_sink
from ramstack.secrets.payload import KeyPair

from .conftest import payload_of
from .doubles import Serving, Told, VaultDouble


@pytest.fixture(name="double")
def _double() -> VaultDouble:
    return VaultDouble()


@pytest.fixture(name="service")
def _service(double) -> Iterator[Serving]:
    with Serving(double) as service:
        yield service


@pytest.fixture(name="sink")
def _sink(here, service, double):
    return sink_at(here, VAULT_ADDR=service.url, VAULT_TOKEN=double.token)


def sink_at(here, wish=None, **environ: str):
    return open_sink(SinkWish("store", Origin("x.yaml"), wish or VaultWish()), replace(here, environ=environ))


def read_back(service, double, path: str, version: int | None = None):
    client = hvac.Client(url=service.url, token=double.token)
    read = client.secrets.kv.v2.read_secret_version(path, version=version, raise_on_deleted_version=True)
    return read["data"]["data"]


def test_a_key_is_read_back_and_works(sink, service, double, payload, works):
    """Check writes nothing."""
    sink.check()
    assert double.kept == {}
    assert sink.deliver(payload) == "secret/ramstack/alice/access-key"
    document = read_back(service, double, "ramstack/alice/access-key")
    assert document == payload.reveal()
    assert works(document)


def test_the_newest_key_is_current_and_the_one_before_is_kept(sink, service, double):
    """A rotation is a new version of the same path."""
    old, new = (payload_of(KeyPair(f"LTAI{n}", Secret(f"secret-{n}"))) for n in range(2))
    for one in (old, new):
        sink.deliver(one)
    assert read_back(service, double, "ramstack/alice/access-key") == new.reveal()
    assert read_back(service, double, "ramstack/alice/access-key", 1) == old.reveal()


@pytest.mark.parametrize(
    ("settings", "wish", "told"),
    [
        ({"token": "another"}, VaultWish(), "the token is not valid there"),
        ({"version": "1"}, VaultWish(), "no KV engine of version 2"),
        ({"may": ["deny"]}, VaultWish(), "the token may not write"),
        ({"may": ["read", "list"]}, VaultWish(), "the token may not write"),
        ({}, VaultWish("kv"), "the token may not see an engine at kv"),
    ],
)
def test_what_would_fail_is_told_before(here, service, double, settings, wish, told):
    """Token, engine and permission, each by the answer of Vault itself."""
    for name, value in settings.items():
        setattr(double, name, value)
    sink = sink_at(here, wish, VAULT_ADDR=service.url, VAULT_TOKEN="s.vault-token")
    with pytest.raises(SinkFailed, match=told) as failed:
        sink.check()
    assert not failed.value.transient
    assert double.kept == {}


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({}, "VAULT_ADDR and VAULT_TOKEN must be set"),
        ({"VAULT_ADDR": "https://vault"}, "VAULT_TOKEN must be set"),
        ({"VAULT_ADDR": "http://vault.example.com", "VAULT_TOKEN": "t"}, "must be an https URL"),
        ({"VAULT_ADDR": "http://127.0.0.1:1", "VAULT_TOKEN": "t"}, "no usable answer"),
    ],
)
def test_where_vault_is_must_be_known_and_safe(here, environ, told):
    """And it must be there."""
    with pytest.raises(SinkFailed, match=told):
        sink_at(here, **environ).check()


@pytest.mark.parametrize(
    ("told", "transient"),
    [
        (Told.of(403, {"errors": ["lost-s3cret"]}), False),
        (Told.of(400, {"errors": ["lost-s3cret"]}), False),
        (Told.of(503, {"errors": ["lost-s3cret"]}), True),
        (Told(502, b"<html>lost-s3cret</html>"), True),
        (Told(500, b"\xfflost-s3cret"), True),
        (Told(307, b""), True),
        (Told(200, b"<html>lost-s3cret</html>"), True),
        (Told.of(200, {}), True),
    ],
)
def test_what_vault_refuses_is_told_without_the_secret(sink, service, told, transient):
    """What is no answer may be tried again."""
    service.failure = told
    for attempt in (sink.check, lambda: sink.deliver(payload_of(KeyPair("LTAI", Secret("lost-s3cret"))))):
        with pytest.raises(SinkFailed) as failed:
            attempt()
        assert "lost-s3cret" not in str(failed.value)
        assert failed.value.transient == transient
        assert failed.value.__cause__ is failed.value.__context__ is None
