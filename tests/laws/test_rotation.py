"""The life of keys over time: at every moment one that works, never more than two, and none that is in use goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from ramstack.model.credential import KeysWish
from ramstack.model.mark import read_mark
from ramstack.model.moment import stamp
from ramstack.model.owner import KEYS_TAG
from ramstack.model.proof import Verdict
from tests.deliveries import HERE, NOW, MemorySink, Office, stack_of, user
from tests.journaled import Killed, Shaky
from tests.memory import MemoryGateway

DAY = timedelta(days=1)
ROTATE, OVERLAP = 20 * DAY, 3 * DAY
FATES = ["lost before", "lost after", "killed before", "killed after"]


@dataclass(frozen=True)
class Day:
    """How long after the day before; whether each key is used (the oldest first); what happens to the run's calls; whether its sink
    fails, and whether a new key proves itself.
    """

    after: timedelta
    used: tuple[bool, bool]
    fates: dict[int, str]
    fails: bool
    is_proven: bool = True


days = st.builds(
    Day,
    st.integers(1, 24 * 9).map(lambda hours: timedelta(hours=hours)),
    st.tuples(st.booleans(), st.booleans()),
    st.just({}) | st.dictionaries(st.integers(0, 8), st.sampled_from(FATES), max_size=2),
    st.integers(0, 5).map(lambda n: n == 0),
    st.integers(0, 2).map(bool),
)
wishes = st.builds(
    KeysWish,
    st.just(HERE),
    st.sampled_from([1, 1, 2]),
    deliver=st.just("mail"),
    rotate_after=st.just(ROTATE),
    overlap=st.sampled_from([OVERLAP, timedelta(0)]),
    exclusive=st.booleans(),
)


@dataclass
class Life:
    """One user's keys from the first delivery on, and what is remembered of each."""

    wish: KeysWish
    account: MemoryGateway = field(default_factory=MemoryGateway)
    sink: MemorySink = field(default_factory=MemorySink)
    now: datetime = NOW
    disabled: dict[str, datetime] = field(default_factory=dict)
    unproven: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        assert {o.status for o in self.run()} == {"done"}

    def run(self, fates: dict[int, str] | None = None, *, is_proven: bool = True) -> tuple:
        self.account.now = self.now
        writer = Shaky(self.account, fates or {})
        office = Office(self.account, writer, self.sink, self.now)
        office.verdicts = [] if is_proven else [Verdict.INVALID_KEY] * 9
        there = set(self.sink.keys)
        try:
            return office.run(stack_of(user(keys=self.wish)))
        finally:
            self.unproven |= set() if is_proven else self.sink.keys.keys() - there

    def live(self, day: Day) -> None:
        """A day passes, keys are used, a run does what it can; and everything that must hold is looked at."""
        self.now += day.after
        for key, is_used in zip(self.account.keys_["app"], day.used, strict=False):
            if is_used and key.status == "Active":
                self.account.used_[key.id] = stamp(self.now - day.after / 2)
        mark = read_mark(self.account.users_["app"].tags[KEYS_TAG])
        before = {key.id: key.status for key in self.account.keys_["app"] if key.id in mark.delivered}
        self.sink.failing = [False] if day.fails else []
        with suppress(Killed):
            self.run(day.fates, is_proven=day.is_proven)
        self.check(before)

    def check(self, before: dict[str, str]) -> None:
        """`before`: the keys that the mark called delivered when the run began; another one is nobody's yet."""
        after = {key.id: key.status for key in self.account.keys_["app"]}
        assert len(after) <= 2
        assert any(after[key] == "Active" for key in after.keys() & self.sink.keys.keys()), "no key works"
        for key, status in before.items():
            if status == "Active" and after.get(key) != "Active":
                self.check_idle(key, after)
                self.disabled[key] = self.now
            if key not in after:
                assert status == "Inactive", "deleted in the run that disabled it"
                assert self.now - self.disabled[key] >= self.wish.overlap

    def check_idle(self, key: str, after: dict[str, str]) -> None:
        """Idle for the whole overlap, since another key was delivered that proved itself, or was used."""
        assert key in after, "deleted while it worked"
        used = self.account.used_.get(key)
        limit = stamp(self.now - self.wish.overlap)
        assert used is None or used <= limit, "disabled while in use"
        created = {row.id: row.created for row in self.account.keys_["app"]}
        shown = self.sink.keys.keys() - (self.unproven - self.account.used_.keys())
        others = after.keys() & shown - {key}
        assert any(after[other] == "Active" and created[other] <= limit for other in others)


REPLACED = [Day(after, (False, False), {}, fails=False, is_proven=False) for after in (ROTATE, 2 * OVERLAP)]


@given(wishes, st.lists(days, min_size=1, max_size=40))
@example(KeysWish(HERE, 1, deliver="mail", rotate_after=ROTATE, overlap=OVERLAP), REPLACED)
def test_a_key_works_at_every_moment(wish: KeysWish, course: list[Day]) -> None:
    """Whatever is used, lost, killed or refused: the worst that a bad day does is that nothing is rotated."""
    life = Life(wish)
    for day in course:
        life.live(day)


@given(wishes)
def test_keys_that_their_owners_leave_are_rotated(wish: KeysWish) -> None:
    """Daily runs in peace, where a program takes the new key within two days: none becomes much older than it should."""
    life = Life(wish)
    for key_age, _ in zip(ages(life), range(150), strict=False):
        assert key_age <= (ROTATE + 2 * wish.overlap + 4 * DAY) * wish.count
    assert len(life.sink.keys) >= 5


def ages(life: Life) -> Iterator[timedelta]:
    while True:
        newest = max(life.account.keys_["app"], key=lambda key: (key.created, key.id))
        life.account.used_[newest.id] = stamp(life.now)
        life.live(Day(DAY, (False, False), {}, fails=False))
        oldest = min(key.created for key in life.account.keys_["app"] if key.status == "Active")
        yield life.now - datetime.strptime(oldest, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=NOW.tzinfo)
