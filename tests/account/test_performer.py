"""Writes in doubt: settled by reading, repeated only where that is safe, never guessed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.account.performer import Performer
from ramstack.gateway.port import Receipt, TagRow
from ramstack.model import call as c
from ramstack.model.address import Address, PolicyRef
from ramstack.model.call import Call, Step
from ramstack.model.errors import Uncertain
from ramstack.policy import parse_document
from ramstack.policy.statement import Kind
from tests.memory import MemoryGateway

DOCUMENT = parse_document(
    {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ice:*", "Resource": "*"}]}
).text
OTHER = DOCUMENT.replace("ice:", "oss:")
TRUST = parse_document(
    {
        "Version": "1",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["ecs.aliyuncs.com"]}}
        ],
    },
    Kind.TRUST,
).text
OTHER_TRUST = TRUST.replace("ecs.", "fc.")
MARK = (("ramstack:stack", "team.3f9a2c1b"),)
ICE = PolicyRef("system", "AliyunICEFullAccess")
HERE = Address(("user", "alice"))

CALLS: tuple[tuple[Call, tuple[Call, ...]], ...] = (
    (c.CreateUser("alice", "Alice", "", "", "", MARK), ()),
    (c.UpdateUser("alice", display_name="A"), (c.CreateUser("alice", "Alice", "", "", "", MARK),)),
    (c.UpdateUser("alice", new_name="alicia"), (c.CreateUser("alice", "Alice", "", "", "", MARK),)),
    (c.DeleteUser("alice"), (c.CreateUser("alice", "Alice", "", "", "", MARK),)),
    (c.TagUsers(("alice",), (("a", "b"),)), (c.CreateUser("alice", "Alice", "", "", "", MARK),)),
    (c.UntagUsers(("alice",), ("ramstack:stack",)), (c.CreateUser("alice", "Alice", "", "", "", MARK),)),
    (c.CreateGroup("readers", "x"), ()),
    (c.UpdateGroup("readers", comments="y"), (c.CreateGroup("readers", "x"),)),
    (c.UpdateGroup("readers", new_name="watchers"), (c.CreateGroup("readers", "x"),)),
    (c.DeleteGroup("readers"), (c.CreateGroup("readers", "x"),)),
    (
        c.AddUserToGroup("alice", "readers"),
        (c.CreateUser("alice", "Alice", "", "", "", MARK), c.CreateGroup("readers", "x")),
    ),
    (
        c.RemoveUserFromGroup("alice", "readers"),
        (
            c.CreateUser("alice", "Alice", "", "", "", MARK),
            c.CreateGroup("readers", "x"),
            c.AddUserToGroup("alice", "readers"),
        ),
    ),
    (c.CreateRole("farm", TRUST, "x", 3600, MARK), ()),
    (c.UpdateRole("farm", description="y"), (c.CreateRole("farm", TRUST, "x", 3600, MARK),)),
    (c.UpdateRole("farm", OTHER_TRUST, None, 7200), (c.CreateRole("farm", TRUST, "x", 3600, MARK),)),
    (c.DeleteRole("farm"), (c.CreateRole("farm", TRUST, "x", 3600, MARK),)),
    (c.SetPasswordPolicy((("minimum_password_length", "14"),)), ()),
    (c.SetAccountAlias("media-co"), ()),
    (c.ClearAccountAlias(), (c.SetAccountAlias("media-co"),)),
    (c.CreatePolicy("media", DOCUMENT, "", MARK), ()),
    (c.CreatePolicyVersion("media", OTHER), (c.CreatePolicy("media", DOCUMENT, "", MARK),)),
    (
        c.DeletePolicyVersion("media", "v1"),
        (c.CreatePolicy("media", DOCUMENT, "", MARK), c.CreatePolicyVersion("media", OTHER)),
    ),
    (
        c.SetDefaultPolicyVersion("media", "v1"),
        (c.CreatePolicy("media", DOCUMENT, "", MARK), c.CreatePolicyVersion("media", OTHER)),
    ),
    (c.UpdatePolicyDescription("media", "d"), (c.CreatePolicy("media", DOCUMENT, "", MARK),)),
    (c.TagPolicies(("media",), (("a", "b"),)), (c.CreatePolicy("media", DOCUMENT, "", MARK),)),
    (c.UntagPolicies(("media",), ("ramstack:stack",)), (c.CreatePolicy("media", DOCUMENT, "", MARK),)),
    (c.DeletePolicy("media"), (c.CreatePolicy("media", DOCUMENT, "", MARK),)),
    (c.AttachPolicy("user", "alice", ICE), (c.CreateUser("alice", "Alice", "", "", "", MARK),)),
    (
        c.DetachPolicy("user", "alice", ICE),
        (c.CreateUser("alice", "Alice", "", "", "", MARK), c.AttachPolicy("user", "alice", ICE)),
    ),
)


@dataclass
class Lossy:
    """A writer whose answers get lost: before the call was carried out, or after."""

    account: MemoryGateway
    losses: list[str]
    carried_out: list[Call] = field(default_factory=list)

    def calls_made(self) -> int:
        return len(self.carried_out)

    def await_turn(self, call: Call) -> None:
        pass

    def perform(self, call: Call, *, has_turn: bool = False) -> Receipt:
        loss = self.losses.pop(0) if self.losses else ""
        if loss == "before":
            raise Uncertain("Lost", "no answer")
        receipt = self.account.perform(call)
        self.carried_out.append(call)
        if loss == "after":
            raise Uncertain("Lost", "no answer")
        return receipt


def account_with(calls: tuple[Call, ...]) -> MemoryGateway:
    account = MemoryGateway()
    for call in calls:
        account.perform(call)
    return account


def perform(writer: Lossy, sleep: Callable[[float], None] = lambda _: None) -> Callable[[Call], str]:
    performer = Performer(writer, writer.account, sleep)
    return lambda call: performer.perform(Step(0, call, (HERE,)))[0].status


@pytest.mark.parametrize(
    ("call", "before"), CALLS, ids=lambda x: repr(x)[:40] if not isinstance(x, tuple) else ""
)
@given(losses=st.lists(st.sampled_from(["before", "after"]), max_size=3))
def test_a_lost_answer_is_settled_and_nothing_is_done_twice(
    call: Call, before: tuple[Call, ...], losses: list[str]
) -> None:
    """Whatever was lost, the call ends done, the account is as after one call, and a version is never made twice."""
    account, once = account_with(before), account_with(before)
    once.perform(call)
    writer = Lossy(account, list(losses))
    assert perform(writer)(call) == "done"
    assert (account.users_.keys(), account.groups_, account.members_, account.grants_) == (
        once.users_.keys(),
        once.groups_,
        once.members_,
        once.grants_,
    )
    assert {n: [v.id for v in p.versions] for n, p in account.policies_.items()} == {
        n: [v.id for v in p.versions] for n, p in once.policies_.items()
    }


@dataclass
class Lagging:
    """A reader that shows the past until somebody has waited for so long."""

    past: MemoryGateway
    now: MemoryGateway
    lag: float
    waited: float = 0.0

    def sleep(self, seconds: float) -> None:
        self.waited += seconds

    def __getattr__(self, name: str) -> object:
        return getattr(self.now if self.waited >= self.lag else self.past, name)


@pytest.mark.parametrize(
    ("call", "before"), CALLS, ids=lambda x: repr(x)[:40] if not isinstance(x, tuple) else ""
)
@pytest.mark.parametrize("losses", [("after",), ("before",), ("before", "after"), ("after", "after")])
def test_a_lost_answer_is_settled_where_reads_lag(
    call: Call, before: tuple[Call, ...], losses: tuple[str, ...]
) -> None:
    """Five seconds of the past do not make a failure of what was done, and make nothing twice."""
    writer = Lossy(account_with(before), list(losses))
    reader = Lagging(account_with(before), writer.account, lag=5.0)
    performer = Performer(writer, reader, reader.sleep)
    assert performer.perform(Step(0, call, (HERE,)))[0].status == "done"
    versions = {n: len(p.versions) for n, p in writer.account.policies_.items()}
    once = account_with((*before, call))
    assert versions == {n: len(p.versions) for n, p in once.policies_.items()}


CAROL = c.CreateUser("carol", "Carol", "", "", "", MARK)
RENAMED_USER = c.UpdateUser("carol", new_name="carola")
RENAMED_GROUP = c.UpdateGroup("readers", new_name="viewers")
TAKING = (
    (c.DetachPolicy("user", "carola", ICE), (CAROL, c.AttachPolicy("user", "carol", ICE), RENAMED_USER)),
    (
        c.DetachPolicy("group", "viewers", ICE),
        (c.CreateGroup("readers", "x"), c.AttachPolicy("group", "readers", ICE), RENAMED_GROUP),
    ),
    (
        c.RemoveUserFromGroup("carola", "readers"),
        (CAROL, c.CreateGroup("readers", "x"), c.AddUserToGroup("carol", "readers"), RENAMED_USER),
    ),
    (
        c.RemoveUserFromGroup("carol", "viewers"),
        (CAROL, c.CreateGroup("readers", "x"), c.AddUserToGroup("carol", "readers"), RENAMED_GROUP),
    ),
)


@pytest.mark.parametrize(("call", "before"), TAKING, ids=["policy", "group policy", "user", "group"])
@pytest.mark.parametrize("losses", [("before",), ("before", "before"), ("after",)])
def test_what_is_not_seen_under_its_new_name_is_not_taken_for_gone(
    call: Call, before: tuple[Call, ...], losses: tuple[str, ...]
) -> None:
    """A look at the time before a rename shows nothing under the new name, and that proves nothing."""
    writer = Lossy(account_with(before), list(losses))
    reader = Lagging(account_with(before[:-1]), writer.account, lag=5.0)
    performer = Performer(writer, reader, reader.sleep)
    assert performer.perform(Step(0, call, (HERE,)))[0].status == "done"
    assert (writer.account.members_, writer.account.grants_) == (set(), set())


@dataclass
class Unshown(MemoryGateway):
    """Shows users without their tags for the first few questions."""

    hidden: int = 0

    def user_tags(self, user_ids: tuple[str, ...]) -> Iterator[TagRow]:
        self.hidden -= 1
        return iter(()) if self.hidden >= 0 else super().user_tags(user_ids)


def test_tags_that_are_seen_later_than_their_user_are_waited_for() -> None:
    """Our own lost attempt made it: what is seen of it first is not somebody else's."""
    account = Unshown(hidden=3)
    performer = Performer(Lossy(account, ["after"]), account, lambda _: None)
    assert performer.perform(Step(0, CALLS[0][0], (HERE,)))[0].status == "done"


@pytest.mark.parametrize(
    "call", [call for call, _ in CALLS if isinstance(call, (c.CreateUser, c.CreateGroup))]
)
def test_a_lost_attempt_that_is_never_seen_is_uncertain(call: Call) -> None:
    """The service says that it exists, we lost an answer, and nothing shows whose it is: nobody knows, so not failed."""
    writer = Lossy(MemoryGateway(), ["after"])
    reader = Lagging(MemoryGateway(), writer.account, lag=1000.0)
    assert Performer(writer, reader, reader.sleep).perform(Step(0, call, (HERE,)))[0].status == "uncertain"


@pytest.mark.parametrize(
    ("call", "before"), CALLS, ids=lambda x: repr(x)[:40] if not isinstance(x, tuple) else ""
)
def test_a_call_whose_every_answer_is_lost_is_settled_by_reading(
    call: Call, before: tuple[Call, ...]
) -> None:
    """What reading shows need not be repeated; an untagging may be, harmlessly: that a tag is not seen proves nothing."""
    writer = Lossy(account_with(before), ["after"] * 50)
    if not isinstance(call, (c.UntagUsers, c.UntagPolicies)):
        assert perform(writer)(call) == "done"
        assert len(writer.carried_out) == 1


def test_an_answer_that_never_comes_is_uncertain() -> None:
    """When every attempt is lost and nothing of it is seen, the outcome says so; it is not called failed or done."""
    writer = Lossy(MemoryGateway(), ["before"] * 50)
    assert perform(writer)(c.CreateGroup("readers", "x")) == "uncertain"
    assert len(writer.losses) < 50


def test_a_step_has_a_deadline() -> None:
    """Answers that take twenty seconds to get lost are not waited for five times."""
    moments = itertools.count(0.0, 20.0)
    writer = Lossy(MemoryGateway(), ["before"] * 50)
    performer = Performer(writer, writer.account, lambda _: None, lambda: next(moments))
    assert performer.perform(Step(0, c.CreateGroup("readers", "x"), (HERE,)))[0].status == "uncertain"
    assert 50 - len(writer.losses) == 3


def test_somebody_elses_object_is_not_taken_for_ours() -> None:
    """A conflict with an object that is not what the call wanted is a failure, found without waiting."""
    account = account_with(
        (c.CreateUser("alice", "Somebody", "", "", "", ()), c.CreateGroup("readers", "theirs"))
    )
    waits: list[float] = []
    do = perform(Lossy(account, []), waits.append)
    assert do(c.CreateUser("alice", "Alice", "", "", "", MARK)) == "failed"
    assert do(c.CreateGroup("readers", "[ramstack:team.3f9a2c1b]")) == "failed"
    assert waits == []


@pytest.mark.parametrize(
    "call",
    [
        c.CreateUser("alice", "Alice", "", "", "", MARK),
        c.CreateRole("farm", TRUST, "x", 3600, MARK),
        c.CreatePolicy("media", DOCUMENT, "", MARK),
    ],
    ids=["user", "role", "policy"],
)
def test_what_bears_no_mark_of_ours_is_not_taken_for_ours(call: Call) -> None:
    """Though somebody made just the same."""
    waits: list[float] = []
    account = account_with((replace(call, tags=()),))
    assert perform(Lossy(account, []), waits.append)(call) == "failed"
    assert waits == []


def test_a_name_that_somebody_else_took_is_no_rename_of_ours() -> None:
    """Both names are there, so it was not renamed: what would follow must not be given to the stranger."""
    stranger = c.CreateUser("carola", "Stranger", "", "", "", ())
    others = (CAROL, stranger, c.CreateGroup("readers", "x"), c.CreateGroup("viewers", "theirs"))
    for rename in (RENAMED_USER, RENAMED_GROUP):
        for losses in ([], ["before"]):
            assert perform(Lossy(account_with(others), list(losses)))(rename) == "failed"


def test_what_is_there_already_is_done() -> None:
    """Attached by hand in between, or detached by hand: the wish is fulfilled."""
    account = account_with((c.CreateUser("alice", "A", "", "", "", ()), c.AttachPolicy("user", "alice", ICE)))
    assert perform(Lossy(account, []))(c.AttachPolicy("user", "alice", ICE)) == "done"
    assert (
        perform(Lossy(account, []))(
            c.DetachPolicy("user", "alice", PolicyRef("system", "AliyunOSSFullAccess"))
        )
        == "done"
    )


@pytest.mark.parametrize(
    ("call", "status"),
    [
        (c.UpdateAccessKey("alice", "LTAI1", "Inactive"), "done"),
        (c.UpdateAccessKey("alice", "LTAI1", "Active"), "failed"),
        (c.UpdateAccessKey("alice", "LTAI1", "Inactive", retires=True), "failed"),
    ],
    ids=["disable", "enable", "retire"],
)
@pytest.mark.parametrize("losses", [[], ["before"]], ids=["", "lost"])
def test_a_key_that_is_gone_needs_no_disabling(call: Call, status: str, losses: list[str]) -> None:
    """It cannot be used any more; but a key that was to stay is missed."""
    account = account_with((c.CreateUser("alice", "A", "", "", "", ()),))
    assert perform(Lossy(account, list(losses)))(call) == status
