"""Election by name: whatever the order of calls, whoever is killed and however reads lag, at most one holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from ramstack.account.claimant import Claimant, is_marker_of, lock_name, marker_name
from ramstack.gateway.port import PolicyRow
from ramstack.model import call as c
from ramstack.model.address import PolicyRef
from ramstack.model.errors import Locked, Uncertain
from ramstack.model.limits import POLICY_NAME
from tests.account.contenders import STACK, TTL, Account, Clock, Contender, claimant, left_by
from tests.memory import MemoryGateway

LOCK = lock_name(STACK)
MARKER = marker_name(LOCK, f"{91:016x}")
MARKER_OF_MARKER = marker_name(MARKER, f"{92:016x}")
LEFT = {
    "free": (),
    "expired": (LOCK,),
    "expired marker": (LOCK, MARKER),
    "marker of a marker": (LOCK, MARKER, MARKER_OF_MARKER),
}
TURNS = st.lists(st.integers(0, 3), max_size=90)


def account_with(left: Sequence[str], clock: Clock) -> Account:
    """What runs 91, 92, … left when they were killed; long ago."""
    account = Account()
    for run, name in enumerate(left, 91):
        left_by(account.now, name, run, clock)
    clock.pause(2 * TTL.total_seconds())
    return account


def race(contenders: Sequence[Contender], turns: Sequence[int], kills: frozenset[int] = frozenset()) -> None:
    """Step them in this order, then in rotation until all have ended; at no time do two of them hold."""
    order = [*turns, *[n % len(contenders) for n in range(2000)]]
    for number, turn in enumerate(order):
        contender = contenders[turn % len(contenders)]
        if not contender.ended:
            contender.step(kill=number in kills)
        assert sum(one.holds for one in contenders) <= 1
        if all(one.ended for one in contenders):
            return
    raise AssertionError("not over")


@pytest.mark.parametrize("left", LEFT)
@given(turns=TURNS, count=st.integers(1, 4))
def test_exactly_one_holds_at_any_time(left: str, turns: list[int], count: int) -> None:
    """N contenders, stepped call by call in any order: never two hold, somebody does, and nothing is left behind."""
    clock = Clock()
    account = account_with(LEFT[left], clock)
    contenders = [Contender(account, clock, n + 1) for n in range(count)]
    race(contenders, turns)
    assert "held" in [one.ended for one in contenders]
    assert account.now.policies_ == {}


@pytest.mark.parametrize("left", LEFT)
@given(turns=TURNS, kills=st.frozensets(st.integers(0, 60), max_size=3))
def test_a_killed_contender_blocks_nobody_beyond_its_expiry(
    left: str, turns: list[int], kills: frozenset[int]
) -> None:
    """Killed before any call, also in the middle of a takeover: later the lock can be had, and nothing is left behind."""
    clock = Clock()
    account = account_with(LEFT[left], clock)
    contenders = [Contender(account, clock, n + 1) for n in range(3)]
    race(contenders, turns, kills)
    event(f"left: {len(account.now.policies_)}")
    clock.pause(TTL.total_seconds())
    late = Contender(account, clock, 50)
    race([late], [])
    assert late.ended == "held"
    assert account.now.policies_ == {}


@pytest.mark.parametrize("left", LEFT)
@given(turns=TURNS)
def test_reads_that_lag_make_no_second_holder(left: str, turns: list[int]) -> None:
    """Each reader sees a past of its own until it waits, from before the lock was left on: still never two."""
    clock = Clock()
    account = Account()
    early = [Contender(account, clock, n + 1, lags=True) for n in range(2)]
    race(early, turns[:20])
    for run, name in enumerate(LEFT[left], 91):
        if name not in account.now.policies_:
            left_by(account.now, name, run, clock)
    clock.pause(2 * TTL.total_seconds())
    race([Contender(account, clock, n + 11, lags=True) for n in range(3)], turns)


def test_what_is_valid_is_not_taken() -> None:
    """Locked names the holder; the account stays as it is."""
    account, clock = MemoryGateway(), Clock()
    held = claimant(account, clock, 1).take(STACK)
    with pytest.raises(Locked) as caught:
        claimant(account, clock, 2).take(STACK)
    assert caught.value.holder == held
    assert list(account.policies_) == [LOCK]


def test_a_dead_process_holds_nothing() -> None:
    """Known to be dead counts as expired, at once."""
    account, clock = MemoryGateway(), Clock()
    claimant(account, clock, 1).take(STACK)
    mine = claimant(account, clock, 2, dead=lambda process: process == "process-1").take(STACK)
    assert mine.run == f"{2:016x}"
    assert list(account.policies_) == [LOCK]


def test_foreign_text_never_expires() -> None:
    """What ramstack did not write is not judged; a person is told to look."""
    account, clock = MemoryGateway(), Clock()
    account.perform(c.CreatePolicy(LOCK, "{}", "hands off!", ()))
    clock.pause(10**9)
    with pytest.raises(Locked, match="ramstack unlock media") as caught:
        claimant(account, clock, 2).take(STACK)
    assert not caught.value.holder.is_readable


def test_a_takeover_that_took_too_long_replaces_nothing() -> None:
    """Whoever sleeps with the marker in hand may have been succeeded: it does not touch the lock."""
    account, clock = MemoryGateway(), Clock()
    old = claimant(account, clock, 1).take(STACK)
    clock.pause(TTL.total_seconds())
    sleepy = claimant(account, clock, 2, pause=lambda _: clock.pause(TTL.total_seconds()))
    with pytest.raises(Locked):
        sleepy.take(STACK)
    assert sleepy.seen(LOCK) == old


class Losing(MemoryGateway):
    """The answer to the n-th write is lost, whether the call was carried out or not."""

    lost: int = 0
    carried_out: bool = True

    def perform(self, call, *, has_turn=False):
        lost = len(self.calls) == self.lost
        if lost and not self.carried_out:
            self.calls.append(call)
        else:
            receipt = super().perform(call)
        if lost:
            raise Uncertain("NoAnswer", "the answer was lost")
        return receipt


@pytest.mark.parametrize("carried_out", [True, False])
@pytest.mark.parametrize("lost", range(6))
@pytest.mark.parametrize("left", LEFT)
def test_a_lost_answer_is_settled_by_reading(left: str, lost: int, carried_out: bool) -> None:
    """Whichever write of taking and giving up loses its answer: taken once, given up, and nothing is left."""
    clock = Clock()
    account = Losing()
    account.lost = -1
    for run, name in enumerate(LEFT[left], 91):
        left_by(account, name, run, clock)
    clock.pause(2 * TTL.total_seconds())
    account.lost, account.carried_out = len(account.calls) + lost, carried_out
    claim = claimant(account, clock, 1)
    mine = claim.take(STACK)
    assert claim.seen(LOCK) == mine
    claim.give_up(LOCK, mine)
    assert account.policies_ == {}


def test_renewing_moves_the_expiry() -> None:
    """A renewed lock outlives its first expiry, since when stays."""
    account, clock = MemoryGateway(), Clock()
    claim = claimant(account, clock, 1)
    mine = claim.take(STACK)
    for _ in range(9):
        clock.pause(TTL.total_seconds() / 3)
        mine = claim.renew(STACK, mine)
        assert mine is not None
        assert not claim.has_run_out(mine)
    assert claim.seen(LOCK) == mine
    with pytest.raises(Locked):
        claimant(account, clock, 2).take(STACK)


def displaced(account: MemoryGateway, clock: Clock) -> Claimant:
    """Run 1 slept through its expiry, and run 2 took over."""
    clock.pause(TTL.total_seconds() + 1)
    other = claimant(account, clock, 2)
    other.take(STACK)
    return other


def test_what_another_took_over_is_left_alone() -> None:
    """A run that slept neither renews nor gives up what is another's."""
    account, clock = MemoryGateway(), Clock()
    claim = claimant(account, clock, 1)
    mine = claim.take(STACK)
    other = displaced(account, clock)
    assert claim.renew(STACK, mine) is None
    claim.give_up(LOCK, mine)
    assert other.seen(LOCK).run == other.runner.run


def test_a_broken_lock_is_noticed() -> None:
    """Unlocked by hand: renewing says that it is lost, also when the next run has it already."""
    account, clock = MemoryGateway(), Clock()
    claim = claimant(account, clock, 1)
    mine = claim.take(STACK)
    account.perform(c.DeletePolicy(LOCK))
    assert claim.renew(STACK, mine) is None
    claimant(account, clock, 2).take(STACK)
    assert claim.renew(STACK, mine) is None
    claim.give_up(LOCK, mine)
    assert LOCK in account.policies_


class Lagging(MemoryGateway):
    """Shows a policy as it was when `shown` was set."""

    shown: PolicyRow | None = None

    def policy(self, ref: PolicyRef) -> PolicyRow | None:
        return self.shown or super().policy(ref)


def test_an_older_holder_is_a_read_that_lags() -> None:
    """What another held before me does not keep me from renewing, nor from giving up."""
    account, clock = Lagging(), Clock()
    before = claimant(account, clock, 2)
    past = before.take(STACK)
    account.shown = account.policy(PolicyRef("custom", LOCK))
    before.give_up(LOCK, past)
    claim = claimant(account, clock, 1)
    mine = claim.take(STACK)
    renewed = claim.renew(STACK, mine)
    assert renewed is not None
    claim.give_up(LOCK, renewed)
    assert account.policies_ == {}


def test_what_expired_in_my_hands_is_not_touched() -> None:
    """Though the account may still show it as mine: it neither is renewed nor deleted."""
    account, clock = Lagging(), Clock()
    claim = claimant(account, clock, 1)
    mine = claim.take(STACK)
    past = account.policy(PolicyRef("custom", LOCK))
    displaced(account, clock)
    account.shown = past
    written = len(account.calls)
    assert claim.renew(STACK, mine) is None
    claim.give_up(LOCK, mine)
    assert len(account.calls) == written


def test_foreign_text_on_my_lock_is_left_alone() -> None:
    """Somebody wrote over it by hand: it is lost, and stays as it was written."""
    account, clock = MemoryGateway(), Clock()
    claim = claimant(account, clock, 1)
    mine = claim.take(STACK)
    account.perform(c.UpdatePolicyDescription(LOCK, "hands off!"))
    assert claim.renew(STACK, mine) is None
    claim.give_up(LOCK, mine)
    assert account.policies_[LOCK].description == "hands off!"


class Interrupted(MemoryGateway):
    """Ctrl-C while the answer to the n-th write that succeeds is under way."""

    left: int = -1

    def perform(self, call, *, has_turn=False):
        receipt = super().perform(call)
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt
        return receipt


@pytest.mark.parametrize(("left", "write"), [("free", 1), ("expired", 1), ("expired", 2), ("expired", 3)])
def test_an_interrupted_election_leaves_nothing_of_mine(left: str, write: int) -> None:
    """Created, marked, replaced or cleared, and the answer never seen: it is given up all the same."""
    account, clock = Interrupted(), Clock()
    for run, name in enumerate(LEFT[left], 91):
        left_by(account, name, run, clock)
    clock.pause(2 * TTL.total_seconds())
    account.left = write
    with pytest.raises(KeyboardInterrupt):
        claimant(account, clock, 1).take(STACK)
    assert all(f"{1:016x}" not in policy.description for policy in account.policies_.values())


def test_a_renewal_that_comes_too_late_does_not_count() -> None:
    """The answer arrives after the old expiry: somebody may have looked in between."""
    account, clock = MemoryGateway(), Clock()
    claim = claimant(account, clock, 1)
    mine = claim.take(STACK)
    clock.pause(TTL.total_seconds() / 3)
    account.fails = lambda call: clock.pause(TTL.total_seconds())
    assert claim.renew(STACK, mine) is None


@given(st.lists(st.from_regex(r"[0-9a-f]{16}", fullmatch=True), min_size=1, max_size=6), st.integers(1, 40))
def test_markers_of_markers_have_names_that_the_service_takes(runs: list[str], length: int) -> None:
    """However deep they nest they are different, legal, and markers of their stack and of no other."""
    stack, names = "s" * length, [lock_name("s" * length)]
    for run in runs:
        names.append(marker_name(names[-1], run))
    assert len(set(names)) == len(names)
    assert all(POLICY_NAME.fullmatch(name) for name in names)
    assert all(is_marker_of(stack, name) for name in names[1:])
    assert not is_marker_of(stack, lock_name(f"{stack}-after-dinner"))
    assert not is_marker_of(stack, names[0])


def test_a_takeover_sweeps_what_crashed_ones_left() -> None:
    """A winner killed after it replaced the lock leaves a marker; the next takeover removes it."""
    account, clock = MemoryGateway(), Clock()
    left_by(account, LOCK, 1, clock)
    left_by(account, marker_name(LOCK, "ab" * 8), 1, clock)
    clock.pause(TTL.total_seconds() + 1)
    fresh = left_by(account, marker_name(LOCK, "cd" * 8), 3, clock)
    claimant(account, clock, 2).take(STACK)
    assert sorted(account.policies_) == sorted([LOCK, marker_name(LOCK, "cd" * 8)])
    assert fresh.until - clock.at > timedelta(0)
