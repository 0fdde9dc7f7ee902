"""Requests and replies as text, in tests/cases/wire: one folder a case, for every encoding and every class of error.

``request.http`` is what comes over the socket, ``reply.http`` what goes back: status, content type, body. The account is
always the same: key ``testid``/``testsecret``, a user, a group, a policy, a role, at a fixed time. A case may have
``faults.json`` of its own. RAMSTACK_REFRESH=1 writes the replies anew.
"""

import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ramstack.emulator import Key, Settings, read_faults
from ramstack.emulator.faults import Trouble
from ramstack.emulator.seed import Seed, plant
from ramstack.emulator.service import Answer, Service
from ramstack.emulator.wire import RawRequest
from ramstack.emulator.world import World
from tests.emulator.clients import DOCUMENT, TRUST

CASES = Path(__file__).parents[1] / "cases" / "wire"
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HOLDINGS = {
    "users": [{"name": "alice", "display_name": "Alice <A>", "tags": {"team": "media"}}, {"name": "bob"}],
    "groups": [{"name": "readers", "comments": "who read & look"}],
    "memberships": [{"user": "alice", "group": "readers"}],
    "policies": [{"name": "p", "document": DOCUMENT, "tags": {"team": "media"}}],
    "roles": [{"name": "worker", "trust": TRUST}],
    "attachments": [{"principal": "user/alice", "policy": "system/AliyunICEReadOnlyAccess"}],
}
KEYS = (("alicesid", "alicessecret", "alice", "Active"), ("bobsid", "bobssecret", "bob", "Inactive"))
ADD_KEY = """
 INSERT INTO access_keys (AccessKeyId, secret, user, Status, CreateDate)
 VALUES (?, ?, (SELECT seq FROM users WHERE UserName = ?), ?, '2026-01-02T03:04:05Z')"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(
        Path(tmp_path_factory.mktemp("wire")) / "world.db",
        clock=lambda: MOMENT,
        dice=random.Random(1),
        root_key=Key("testid", "testsecret"),
    )
    with made.turn() as store:
        store.run("UPDATE meta SET value = '00' WHERE name = 'seal'")
    yield made
    made.close()


def _prepare(world: World) -> None:
    world.reset()
    world.dice.seed(1)
    with world.turn() as store:
        store.run("DELETE FROM sqlite_sequence WHERE name IN ('users', 'groups', 'roles')")
    plant(world, Seed.model_validate(HOLDINGS))
    with world.turn() as store:
        for key in KEYS:
            store.run(ADD_KEY, *key)
        store.run(
            "INSERT INTO nonces (slot, nonce) VALUES (?, 'testid:used')", int(MOMENT.timestamp() // 900)
        )


def read_request(content: bytes) -> RawRequest:
    """As a server reads it; lines end with a line feed alone."""
    head, _, body = content.partition(b"\n\n")
    first, *lines = head.decode("latin-1").split("\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return RawRequest(method, target.partition("?")[2].encode("latin-1"), headers, body)


def _write(answer: Answer) -> bytes:
    return f"{answer.status}\ncontent-type: {answer.content_type.decode()}\n\n".encode() + answer.body + b"\n"


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()) if CASES.exists() else [])
def test_the_reply_is_the_one_in_the_file(world: World, case):
    """Byte for byte."""
    folder = CASES / case
    _prepare(world)
    service, faults = Service(world, Settings()), folder / "faults.json"
    service.trouble = Trouble(read_faults(faults.read_text()) if faults.exists() else ())
    reply = _write(service.answer(read_request((folder / "request.http").read_bytes())))
    if os.environ.get("RAMSTACK_REFRESH"):
        (folder / "reply.http").write_bytes(reply)
    assert reply == (folder / "reply.http").read_bytes()
