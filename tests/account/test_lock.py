"""Locks of a run: all or nothing, renewed while it lasts, given up whatever happens."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from ramstack.account.claimant import Claimant, lock_name
from ramstack.account.lock import Locks
from ramstack.account.reader import read_account
from ramstack.account.scope import Scope
from ramstack.emulator import EmbeddedAccount
from ramstack.gateway.connection import Gateway, connect
from ramstack.gateway.credentials import fixed
from ramstack.model import call as c
from ramstack.model.address import PolicyRef
from ramstack.model.errors import Denied, LimitExceeded, Locked, Unreachable
from ramstack.model.holder import Runner
from ramstack.model.limits import Rates
from tests.account.contenders import TTL, Clock, claimant
from tests.memory import MemoryGateway


def locks(account: object, *stacks: str, run: int = 1, clock: Clock | None = None, told: list | None = None):
    said = [] if told is None else told
    return Locks(claimant(account, clock or Clock(), run), stacks, said.append)


class Failing(MemoryGateway):
    """Raises `error` instead of carrying out calls of a kind."""

    kind: type = type(None)
    error: Exception

    def perform(self, call, *, has_turn=False):
        if isinstance(call, self.kind):
            raise self.error
        return super().perform(call)


def failing(kind: type, error: Exception) -> Failing:
    account = Failing()
    account.kind, account.error = kind, error
    return account


def test_taken_in_order_and_given_up_in_reverse() -> None:
    """Two runs with the same stacks in another order cannot wait for each other."""
    account = MemoryGateway()
    with locks(account, "b", "a", "c", "a"):
        assert [call.name for call in account.calls] == [lock_name(s) for s in "abc"]
    assert [call.name for call in account.calls[3:]] == [lock_name(s) for s in "cba"]
    assert account.policies_ == {}


def test_all_or_nothing() -> None:
    """Failing to get one gives up those taken before, and those of others are left alone."""
    account = MemoryGateway()
    with locks(account, "b"), pytest.raises(Locked) as caught, locks(account, "a", "b", "c", run=2):
        raise AssertionError("both")
    assert caught.value.stack == "b"
    assert account.policies_ == {}


def test_given_up_when_the_run_fails() -> None:
    """Whatever is raised, Ctrl-C too, passes through and the lock is gone."""
    account = MemoryGateway()
    with pytest.raises(KeyboardInterrupt), locks(account, "a"):
        raise KeyboardInterrupt
    assert account.policies_ == {}


def test_never_part_of_an_account() -> None:
    """A held lock is no policy of anybody: no plan shows it."""
    account = MemoryGateway()
    with locks(account, "a"):
        resources = read_account(account, Scope()).resources
    assert resources == {}


def test_a_release_that_fails_is_told() -> None:
    """The lock expires by itself; the run's result does not depend on it."""
    told = []
    with locks(failing(c.DeletePolicy, Unreachable("NoConnection")), "a", told=told):
        pass
    assert len(told) == 1
    assert "ramstack unlock a" in told[0]


@pytest.mark.parametrize(
    ("error", "needle"),
    [
        (LimitExceeded("LimitExceeded.Policy", "full"), "no room"),
        (Denied("NoPermission"), "ram:CreatePolicy"),
    ],
)
def test_what_cannot_be_locked_names_the_way_out(error: Exception, needle: str) -> None:
    """No room for one more policy, or no permission: the message says what is needed, and --no-lock."""
    with pytest.raises(type(error), match=needle) as caught, locks(failing(c.CreatePolicy, error), "a"):
        raise AssertionError("not locked")
    assert "--no-lock" in str(caught.value)


def test_lost_when_another_has_it() -> None:
    """Broken by hand and taken by another: the next renewal says so, it is told, and the other keeps it."""
    account, clock, told = MemoryGateway(), Clock(), []
    with locks(account, "a", clock=clock, told=told) as held:
        account.perform(c.DeletePolicy(lock_name("a")))
        claimant(account, clock, 2).take("a")
        assert not held.are_lost()
        held.renew()
        assert held.are_lost()
    assert len(told) == 1
    assert list(account.policies_) == [lock_name("a")]


def test_lost_by_the_clock() -> None:
    """A run that was asleep for too long does not trust its lock, though nobody told it."""
    clock = Clock()
    with locks(MemoryGateway(), "a", clock=clock) as held:
        clock.pause(TTL.total_seconds() * 0.8)
        assert not held.are_lost()
        clock.pause(TTL.total_seconds() * 0.1)
        assert held.are_lost()


def test_a_renewal_that_fails_is_tried_again() -> None:
    """One unreachable moment is no loss; the clock decides when it is."""
    clock, account = Clock(), failing(c.UpdatePolicyDescription, Unreachable("NoConnection"))
    with locks(account, "a", clock=clock) as held:
        clock.pause(TTL.total_seconds() / 3)
        held.renew()
        assert not held.are_lost()
        account.kind = type(None)
        held.renew()
        clock.pause(TTL.total_seconds() * 0.7)
        assert not held.are_lost()


def test_renewed_in_the_background_until_the_end() -> None:
    """Every third of its time, by a thread that ends with the run."""
    renewed = threading.Event()

    class Watched(MemoryGateway):
        def perform(self, call, *, has_turn=False):
            if isinstance(call, c.UpdatePolicyDescription):
                renewed.set()
            return super().perform(call)

    clock, account = Clock(), Watched()
    claim = Claimant(
        account,
        account,
        Runner("1" * 16),
        timedelta(milliseconds=60),
        clock.now,
        clock.pause,
        lambda _: False,
    )
    with Locks(claim, ["a"], print):
        assert renewed.wait(30)
    assert not [thread for thread in threading.enumerate() if thread.name == "lock"]


def reach(account: EmbeddedAccount) -> Gateway:
    pair = fixed(account.access_key_id, account.access_key_secret)
    return connect(pair, endpoint=account.endpoint, rates=Rates(scale=1000.0))


def test_over_http() -> None:
    """The same road over the wire: taken, refused to another, expired, taken over, renewed, given up."""
    clock = Clock()
    with EmbeddedAccount() as account, reach(account) as gateway:
        empty = account.state()

        def of(run: int) -> Claimant:
            runner = Runner(f"{run:016x}", "acs:ram::1:user/ci", "höst\n", 'https://ci/"1"')
            return Claimant(
                gateway.reader, gateway.writer(), runner, TTL, clock.now, clock.pause, lambda _: False
            )

        held = of(1).take("a")
        with pytest.raises(Locked) as caught:
            of(2).take("a")
        assert caught.value.holder.since == held.since
        clock.pause(TTL.total_seconds() + 1)
        with Locks(of(2), ["a"], print) as second:
            second.renew()
            assert not second.are_lost()
            assert of(3).seen(lock_name("a")).run == of(2).runner.run
        assert account.state() == empty
        assert gateway.reader.policy(PolicyRef("custom", "no-such")) is None
