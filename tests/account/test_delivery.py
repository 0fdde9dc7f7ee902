"""Delivered or revoked: what becomes of a credential, whatever fails on its way."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.account.delivery import DELIVERING
from ramstack.gateway.port import KeyRow, Receipt
from ramstack.model import call as c
from ramstack.model.address import Address
from ramstack.model.call import Step
from ramstack.model.errors import Refused, Uncertain
from ramstack.model.mark import KeysMark, read_mark
from ramstack.model.moment import stamp
from ramstack.model.outcome import Fault
from ramstack.model.owner import KEYS_TAG
from ramstack.model.proof import Verdict
from ramstack.model.stack import Stack, UserWish
from ramstack.secrets.payload import Payload
from tests.deliveries import NOW, MemorySink, Office, console, keys, stack_of, told, user
from tests.journaled import Killed, Shaky
from tests.memory import MemoryGateway

KEY, LOGON = "user/app/access-key/1", "user/app/console"
BOTH = stack_of(user(keys=keys(), console=console()))


def test_a_key_is_delivered_and_noted() -> None:
    account = MemoryGateway()
    office = Office(account, account)
    stack = stack_of(user(keys=keys()))
    outcomes = office.run(stack)
    assert told(outcomes) == {"user/app": "done", KEY: "done"}
    (key,) = account.keys_["app"]
    assert office.sink.keys == {key.id: account.secrets_[key.id]}
    assert account.users_["app"].tags[KEYS_TAG] == f"k={key.id}"
    (outcome,) = (o for o in outcomes if o.key_id)
    assert (outcome.key_id, outcome.sink) == (key.id, "mail")
    assert office.plan(stack).changes == ()


def test_a_password_is_delivered_and_noted() -> None:
    account = MemoryGateway()
    office = Office(account, account)
    stack = stack_of(user(console=console(reset_required=True, mfa_required=True)))
    assert set(told(office.run(stack)).values()) == {"done"}
    assert office.sink.passwords == {"app": account.secrets_["app"]}
    assert account.users_["app"].tags[KEYS_TAG] == "p=reset"
    assert (account.logons_["app"].reset_required, account.logons_["app"].mfa_required) == (True, True)
    assert office.plan(stack).changes == ()


def test_keys_of_one_user_are_made_in_order_of_issue() -> None:
    """Whichever thread is faster: else two runs of one plan would not issue alike."""
    account = MemoryGateway()
    office = Office(account, account)
    assert told(office.run(stack_of(user()))) == {"user/app": "done"}
    courier = office.courier("1744839343123013", {})
    first, second = (
        Step(n, c.CreateAccessKey("app", str(n), "mail"), (Address.parse(f"user/app/access-key/{n}"),))
        for n in (1, 2)
    )
    made: dict[int, str] = {}

    def perform(step: Step) -> None:
        made[step.id] = courier.perform(step)[0].key_id

    for step in (first, second):
        courier.await_turn(step)
    faster = Thread(target=perform, args=(second,))
    faster.start()
    faster.join(0.1)
    perform(first)
    faster.join()
    assert [key.id for key in account.keys_["app"]] == [made[1], made[2]]


def test_a_sink_that_fails_in_passing_is_tried_again() -> None:
    account = MemoryGateway()
    office = Office(account, account, MemorySink(failing=[True, True]))
    assert set(told(office.run(BOTH)).values()) == {"done"}
    assert_all_held(account, office.sink)
    assert office.waited


@pytest.mark.parametrize("failing", [[False], [True] * DELIVERING])
def test_what_cannot_be_delivered_is_taken_back(failing: list[bool]) -> None:
    """The change fails with the sink's reason, the credential is gone, and the next run makes another one."""
    for stack, address in ((stack_of(user(keys=keys())), KEY), (stack_of(user(console=console())), LOGON)):
        account = MemoryGateway()
        office = Office(account, account, MemorySink(failing=list(failing)))
        outcomes = {str(o.change.address): o for o in office.run(stack)}
        assert outcomes[address].status == "failed"
        assert outcomes[address].fault == Fault("SinkFailed", "sink mail: the box is shut")
        assert (account.keys_.get("app", []), account.logons_) == ([], {})
        assert set(told(office.run(stack)).values()) == {"done"}
        assert_all_held(account, office.sink)


def test_a_sink_that_breaks_tells_nothing() -> None:
    """What a sink of somebody else raises may hold what it was given."""

    class Broken(MemorySink):
        def deliver(self, payload: Payload) -> str:
            raise KeyError(payload.reveal())

    account = MemoryGateway()
    outcomes = Office(account, account, Broken()).run(stack_of(user(keys=keys())))
    (fault,) = (o.fault for o in outcomes if o.fault)
    assert fault == Fault("SinkFailed", "sink mail: it failed in a way it does not tell (KeyError)")
    assert account.keys_["app"] == []


def test_a_secret_that_signs_nothing_is_held_by_nobody() -> None:
    """The answer was garbled: the key is deleted again, the change fails, the next run makes another one."""
    account = MemoryGateway()
    office = Office(account, account, verdicts=[Verdict.WRONG_SECRET])
    (outcome,) = (o for o in office.run(stack_of(user(keys=keys()))) if o.change.address.kind == "access_key")
    assert (outcome.status, outcome.fault and outcome.fault.code) == ("failed", "NotAccepted")
    assert (outcome.sink, outcome.key_id) == ("mail", *office.sink.keys)
    assert account.keys_["app"] == []
    assert set(told(office.run(stack_of(user(keys=keys())))).values()) == {"done"}
    assert_all_held(account, MemorySink(office.sink.given[1:]))


@pytest.mark.parametrize("verdict", sorted(set(Verdict) - {Verdict.WORKS, Verdict.WRONG_SECRET}))
def test_what_a_new_key_leaves_open_is_noted(verdict: Verdict) -> None:
    """It is kept, since it may work yet; but what it replaces stays until it was used, whatever checkout runs next."""
    account = MemoryGateway()
    office = Office(account, account)
    rotating = stack_of(user(keys=keys(rotate_after=20, overlap=3)))
    office.run(rotating)
    office.now = account.now = NOW + timedelta(days=21)
    office.verdicts = [verdict]
    assert set(told(office.run(rotating)).values()) == {"done"}
    old, new = (key.id for key in account.keys_["app"])
    assert account.users_["app"].tags[KEYS_TAG] == f"k={old}/n={new}"
    office.now = account.now = NOW + timedelta(days=90)
    assert not [c for c in office.plan(rotating).changes if c.address.slot == "1"]
    account.used_[new] = stamp(NOW + timedelta(days=80))
    (change,) = office.plan(rotating).changes
    assert (change.before.id, change.after.status) == (old, "Inactive")


def test_a_secret_is_dropped_once_it_is_delivered() -> None:
    class Keeping(MemorySink):
        kept: Payload | None = None

        def deliver(self, payload: Payload) -> str:
            self.kept = payload
            return super().deliver(payload)

    for stack in (stack_of(user(keys=keys())), stack_of(user(console=console()))):
        sink = Keeping()
        Office(account := MemoryGateway(), account, sink).run(stack)
        assert sink.kept is not None
        with pytest.raises(ValueError, match="dropped"):
            sink.kept.reveal()


def test_a_lost_answer_is_never_repeated_blindly() -> None:
    """The unknown key is found by reading and deleted; then another one is made."""
    account = MemoryGateway()
    office = Office(account, Shaky(account, {2: "lost after"}))
    assert set(told(office.run(stack_of(user(keys=keys())))).values()) == {"done"}
    made = [call for call in account.calls if isinstance(call, c.CreateAccessKey)]
    assert len(made) == 2
    assert_all_held(account, office.sink)


@pytest.mark.parametrize(
    ("wish", "call"),
    [(user(keys=keys()), c.CreateAccessKey), (user(console=console()), c.CreateLoginProfile)],
)
def test_what_is_refused_leaves_nothing_under_way(wish: UserWish, call: type) -> None:
    """Else what somebody makes by hand soon after would be taken for ours."""
    account = MemoryGateway(fails=lambda made: isinstance(made, call))
    office = Office(account, account)
    assert set(told(office.run(stack_of(wish))).values()) == {"done", "failed"}
    assert not read_mark(account.users_["app"].tags[KEYS_TAG]).is_open


def test_keys_that_reading_does_not_show_yet_are_not_forgotten() -> None:
    """Reads may lag: of two keys made in one run, the second mark holds both."""

    class Lagging(MemoryGateway):
        lags = True

        def access_keys(self, user: str) -> tuple[KeyRow, ...]:
            return () if self.lags else super().access_keys(user)

    account = Lagging()
    office = Office(account, account)
    stack = stack_of(user(keys=keys(2)))
    assert set(told(office.run(stack)).values()) == {"done", "uncertain"}
    account.lags = False
    assert read_mark(account.users_["app"].tags[KEYS_TAG]) == KeysMark(dict.fromkeys(office.sink.keys, ""))
    assert len(account.keys_["app"]) == 2
    assert office.plan(stack).changes == ()


fates = st.dictionaries(
    st.integers(0, 14),
    st.sampled_from(["lost before", "lost after", "killed before", "killed after"]),
    max_size=3,
)


@given(fates, st.lists(st.booleans(), max_size=6), st.booleans())
def test_after_the_next_run_nobody_lacks_a_secret(
    fates: dict[int, str], failing: list[bool], with_stranger: bool
) -> None:
    """Whatever is lost, killed or refused on the way: from a fresh checkout, the next run in peace makes it good.

    A key that somebody made by hand meanwhile stays.
    """
    account = MemoryGateway()
    sink = MemorySink(failing=failing)
    with suppress(Killed):
        Office(account, Shaky(account, fates), sink).run(BOTH)
    sink.failing.clear()
    account.now = NOW + timedelta(days=1)
    strangers = set()
    if with_stranger and account.users_ and not account.keys_.get("app"):
        strangers = {account.perform(c.CreateAccessKey("app", "1", "")).key.id}
    office = Office(account, account, sink, account.now)
    assert set(told(office.run(BOTH)).values()) <= {"done"}
    assert_all_held(account, sink, strangers)
    assert office.plan(BOTH).changes == ()


def assert_all_held(
    account: MemoryGateway, sink: MemorySink, strangers: set[str] = frozenset(), room: int = 1
) -> None:
    """Every credential works with what was delivered, and there are as many as were declared."""
    for key in (key for held in account.keys_.values() for key in held if key.id not in strangers):
        assert sink.keys[key.id] == account.secrets_[key.id]
    for name in account.logons_:
        assert sink.passwords[name] == account.secrets_[name]
    assert len(account.keys_.get("app", [])) <= room + len(strangers)


@dataclass
class Moody:
    """A writer that does what it is asked and then says so, does not, or loses its answer: by the kind of call, in turn."""

    account: MemoryGateway
    moods: dict[type, list[str]]

    def calls_made(self) -> int:
        return self.account.calls_made()

    def await_turn(self, call: c.Call) -> None:
        self.account.await_turn(call)

    def perform(self, call: c.Call, *, has_turn: bool = False) -> Receipt:
        left = self.moods.get(type(call), [])
        mood = left.pop(0) if left else ""
        if mood == "refused":
            raise Refused("NoPermission", "no")
        if mood == "lost before":
            raise Uncertain("NoAnswer", "no answer came")
        receipt = self.account.perform(call, has_turn=has_turn)
        if mood == "lost after":
            raise Uncertain("NoAnswer", "no answer came")
        return receipt


LOST = ["lost before"] * 20
MOODS = {
    "a logon in doubt, then a key refused": (
        BOTH,
        {c.CreateLoginProfile: ["lost after"], c.UpdateLoginProfile: [*LOST], c.CreateAccessKey: ["refused"]},
    ),
    "a key in doubt, then a logon refused": (
        BOTH,
        {c.CreateAccessKey: ["lost after"], c.UpdateAccessKey: [*LOST], c.CreateLoginProfile: ["refused"]},
    ),
    "a key that stays, then a second one": (
        stack_of(user(keys=keys(2))),
        {c.CreateAccessKey: ["lost after"], c.UpdateAccessKey: ["refused"]},
    ),
    "a key that stays, then a second one refused": (
        stack_of(user(keys=keys(2))),
        {c.CreateAccessKey: ["lost after", "refused"], c.UpdateAccessKey: ["refused", "refused"]},
    ),
}


@pytest.mark.parametrize(("stack", "moods"), MOODS.values(), ids=MOODS)
def test_what_is_in_doubt_is_not_forgotten_over_what_follows(stack: Stack, moods: dict) -> None:
    """A user's tag speaks of all that is under way, whatever becomes of the rest."""
    account, sink = MemoryGateway(), MemorySink()
    writer = Moody(account, {kind: [*left] for kind, left in moods.items()})
    assert not {"failed", "uncertain"}.isdisjoint(told(Office(account, writer, sink).run(stack)).values())
    later = Office(account, account, sink, NOW + timedelta(hours=20))
    assert set(told(later.run(stack)).values()) <= {"done"}
    assert_all_held(account, sink, room=2)
    assert later.plan(stack).changes == ()


def test_a_key_that_stays_when_its_sink_fails_is_gone_after_the_next_one() -> None:
    """It could not be deleted again; the second key of the same run must not take it for somebody else's."""
    account, sink = MemoryGateway(), MemorySink(failing=[False])
    stack = stack_of(user(keys=keys(2)))
    Office(account, Moody(account, {c.DeleteAccessKey: ["refused"]}), sink).run(stack)
    later = Office(account, account, sink, NOW + timedelta(hours=20))
    assert set(told(later.run(stack)).values()) <= {"done"}
    assert_all_held(account, sink, room=2)
    assert later.plan(stack).changes == ()


def test_a_lost_key_that_shows_late_is_not_taken_for_somebody_elses() -> None:
    """The answer was lost, and reading shows the key only when the next attempt begins."""

    class Late(MemoryGateway):
        blind = 8

        def access_keys(self, user: str) -> tuple[KeyRow, ...]:
            rows = super().access_keys(user)
            if rows and self.blind:
                self.blind -= 1
                return ()
            return rows

    account = Late()
    sink = MemorySink()
    Office(account, Moody(account, {c.CreateAccessKey: ["lost after"]}), sink).run(
        stack_of(user(keys=keys()))
    )
    Office(account, account, sink, NOW + timedelta(hours=20)).run(stack_of(user(keys=keys())))
    assert_all_held(account, sink)
    assert account.keys_["app"]


@dataclass
class Lingering(MemoryGateway):
    """Shows of deleted keys what they were, for some more looks."""

    left: int = 0
    ghosts: list[KeyRow] = field(default_factory=list)

    def perform(self, call: c.Call, *, has_turn: bool = False) -> Receipt:
        if isinstance(call, c.DeleteAccessKey):
            self.ghosts += [row for row in self.keys_["app"] if row.id == call.key_id]
        return super().perform(call, has_turn=has_turn)

    def access_keys(self, user: str) -> tuple[KeyRow, ...]:
        if not self.ghosts or not self.left:
            return super().access_keys(user)
        self.left -= 1
        return tuple(self.ghosts)


@pytest.mark.parametrize("lost", [1, 2])
def test_a_key_that_was_taken_back_is_not_taken_for_the_next_lost_one(lost: int) -> None:
    """Reading still shows the one that is gone, while the one of the second attempt has to be found."""

    account, sink = Lingering(left=3 * lost), MemorySink()
    writer = Moody(account, {c.CreateAccessKey: ["lost after"] * lost})
    outcomes = Office(account, writer, sink).run(stack_of(user(keys=keys())))
    assert set(told(outcomes).values()) == {"done"}
    assert_all_held(account, sink)


def test_a_password_that_was_lost_twice_is_found() -> None:
    """The second run, too, is killed before it delivers: the logon is still the one of the first."""
    stack, account, sink = stack_of(user(console=console())), MemoryGateway(), MemorySink()
    with suppress(Killed):
        Office(account, Shaky(account, {2: "killed after"}), sink).run(stack)
    account.now = NOW + timedelta(days=1)
    with suppress(Killed):
        Office(account, Shaky(account, {0: "killed after", 1: "killed after"}), sink, account.now).run(stack)
    account.now = NOW + timedelta(days=2)
    later = Office(account, account, sink, account.now)
    assert set(told(later.run(stack)).values()) == {"done"}
    assert_all_held(account, sink)
