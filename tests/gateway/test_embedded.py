"""Gateway and embedded account, written from two readings of one documentation, understand each other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from ramstack.emulator import EmbeddedAccount
from ramstack.emulator.settings import Settings
from ramstack.gateway.connection import Gateway, connect
from ramstack.gateway.credentials import fixed
from ramstack.gateway.port import AttachmentRow, TagRow
from ramstack.model.address import PolicyRef
from ramstack.model.call import (
    AddUserToGroup,
    AttachPolicy,
    CreateGroup,
    CreatePolicy,
    CreatePolicyVersion,
    CreateUser,
    DeleteGroup,
    DeletePolicy,
    DeleteUser,
    DetachPolicy,
    RemoveUserFromGroup,
    TagPolicies,
    TagUsers,
    UntagPolicies,
    UntagUsers,
    UpdateGroup,
    UpdatePolicyDescription,
    UpdateUser,
)
from ramstack.model.errors import Conflict, Denied, NotFound, Refused
from ramstack.model.limits import Rates

DOCUMENT = '{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ice:Get*", "Resource": "*"}]}'
ICE = PolicyRef("system", "AliyunICEFullAccess")
OWN = PolicyRef("custom", "ice-read")


@pytest.fixture
def account() -> Iterator[EmbeddedAccount]:
    with EmbeddedAccount() as opened:
        yield opened


@pytest.fixture
def gateway(account: EmbeddedAccount) -> Iterator[Gateway]:
    with reach(account) as gateway:
        yield gateway


def reach(account: EmbeddedAccount, *, secret: str = "", scale: float = 1000.0) -> Gateway:
    return connect(
        fixed(account.access_key_id, secret or account.access_key_secret),
        endpoint=account.endpoint,
        rates=Rates(scale=scale),
        random=Random(1),
    )


def test_the_caller_is_the_root_of_the_account(account, gateway):
    """Who asks decides which account is read."""
    assert gateway.reader.caller().account == account.account_id


def test_a_user_comes_back_as_it_was_written(gateway):
    """Created with tags, renamed, tagged and untagged in bulk."""
    writer, reader = gateway.writer(), gateway.reader
    writer.perform(CreateUser("ann", "Ann", "first", "", "", (("env", "prod"),)))
    writer.perform(CreateUser("bob", "", "", "", "", ()))
    writer.perform(UpdateUser("bob", new_name="rob", comments="second", display_name="R" * 30))
    writer.perform(TagUsers(("ann", "rob"), (("team", "media"),)))
    writer.perform(UntagUsers(("ann",), ("env",)))
    ann, rob = reader.users()
    assert (ann.name, ann.display_name, ann.comments, ann.tags) == (
        "ann",
        "Ann",
        "first",
        (("team", "media"),),
    )
    assert (rob.name, rob.display_name, rob.comments) == ("rob", "R" * 30, "second")
    tags = [TagRow(ann.id, "team", "media"), TagRow(rob.id, "team", "media")]
    by_key, by_id = reader.users_tagged("team"), reader.user_tags((ann.id, rob.id))
    assert sorted(by_key, key=str) == sorted(by_id, key=str) == sorted(tags, key=str)


def test_groups_and_their_members(gateway):
    """Joined, read, left and deleted."""
    writer, reader = gateway.writer(), gateway.reader
    writer.perform(CreateUser("ann", "", "", "", "", ()))
    writer.perform(CreateGroup("g", "[ramstack:media.1]"))
    writer.perform(UpdateGroup("g", new_name="readers"))
    writer.perform(AddUserToGroup("ann", "readers"))
    assert [(row.name, row.comments) for row in reader.groups()] == [("readers", "[ramstack:media.1]")]
    assert list(reader.members("readers")) == ["ann"]
    writer.perform(RemoveUserFromGroup("ann", "readers"))
    writer.perform(DeleteGroup("readers"))
    assert list(reader.groups()) == []


def test_policies_their_versions_and_their_grants(gateway):
    """A document comes back as it was stored; every way to ask for grants gives the same ones."""
    writer, reader = gateway.writer(), gateway.reader
    writer.perform(CreateUser("ann", "", "", "", "", ()))
    writer.perform(CreatePolicy("ice-read", "  " + DOCUMENT, "d", (("a", "1"),)))
    writer.perform(CreatePolicyVersion("ice-read", DOCUMENT))
    writer.perform(UpdatePolicyDescription("ice-read", "e"))
    writer.perform(TagPolicies(("ice-read",), (("b", "2"),)))
    writer.perform(UntagPolicies(("ice-read",), ("a",)))
    for policy in (ICE, OWN):
        writer.perform(AttachPolicy("user", "ann", policy))
    (row,) = (row for row in reader.policies() if row.ref == OWN)
    assert (row.description, row.default_version, row.attachment_count, row.tags) == (
        "e",
        "v2",
        1,
        (("b", "2"),),
    )
    versions = [(v.id, v.is_default, v.document) for v in reader.policy_versions(OWN)]
    assert sorted(versions) == [("v1", False, "  " + DOCUMENT), ("v2", True, DOCUMENT)]
    grants = {AttachmentRow("user", "ann", ICE), AttachmentRow("user", "ann", OWN)}
    assert set(reader.attachment_page(1).rows) == grants
    assert set(reader.entities_of(ICE) + reader.entities_of(OWN)) == grants


def test_what_is_deleted_is_gone(gateway):
    """A policy takes its other versions with it."""
    writer, reader = gateway.writer(), gateway.reader
    writer.perform(CreateUser("ann", "", "", "", "", ()))
    writer.perform(CreatePolicy("ice-read", DOCUMENT, "", ()))
    writer.perform(CreatePolicyVersion("ice-read", DOCUMENT))
    writer.perform(AttachPolicy("user", "ann", OWN))
    with pytest.raises(Conflict):
        writer.perform(DeletePolicy("ice-read"))
    writer.perform(DetachPolicy("user", "ann", OWN))
    writer.perform(DeletePolicy("ice-read"))
    writer.perform(DeleteUser("ann"))
    assert (list(reader.users()), reader.attachment_page(1).total) == ([], 0)
    assert all(row.ref.type == "system" for row in reader.policies())


@pytest.mark.parametrize(
    ("call", "error", "code"),
    [
        (DeleteUser("nobody"), NotFound, "EntityNotExist.User"),
        (DetachPolicy("user", "ann", ICE), NotFound, "EntityNotExist.User.Policy"),
        (DetachPolicy("user", "ann", ICE, "rg-1"), NotFound, "EntityNotExist"),
        (CreateUser("ann", "", "", "", "", ()), Conflict, "EntityAlreadyExists.User"),
        (CreatePolicy("p", "{}", "", ()), Refused, "MalformedPolicyDocument"),
    ],
)
def test_a_refusal_has_the_services_code(gateway, call, error, code):
    """Callers decide by code and class, never by message."""
    writer = gateway.writer()
    writer.perform(CreateUser("ann", "", "", "", "", ()))
    with pytest.raises(error) as caught:
        writer.perform(call)
    assert caught.value.code.startswith(code)
    assert caught.value.request_id


def test_a_wrong_secret_is_denied(account):
    """The SDK's own explanation would show every parameter."""
    with reach(account, secret="wrong") as gateway, pytest.raises(Denied, match="secret is wrong"):
        gateway.reader.caller()


def test_a_run_at_the_documented_rates_is_never_throttled():
    """Eight threads attach 100 policies as fast as the account allows; scaled up, so that it takes half a second."""
    scale = 20.0
    names = [f"u{n}" for n in range(20)]
    policies = [PolicyRef("system", name) for name in ("AliyunICEFullAccess", "AliyunICEReadOnlyAccess",
                "AliyunOSSFullAccess", "AdministratorAccess", "AliyunOSSReadOnlyAccess")]  # fmt: skip
    calls = [AttachPolicy("user", name, policy) for name in names for policy in policies]
    with (
        EmbeddedAccount(settings=Settings(quota="documented", quota_scale=scale)) as account,
        reach(account, scale=scale) as gateway,
        ThreadPoolExecutor(8) as pool,
    ):
        writer = gateway.writer()
        for name in names:
            writer.perform(CreateUser(name, "", "", "", "", ()))
        started = time.monotonic()
        list(pool.map(writer.perform, calls))
        assert time.monotonic() - started >= (len(calls) - 5) / (10 * scale)
        assert gateway.calls()["ram:AttachPolicyToUser"] == len(calls)
