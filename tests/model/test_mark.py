from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.emulator.rules import TAG_VALUE
from ramstack.model.limits import MAX_TAG_VALUE
from ramstack.model.mark import SKEW, WINDOW, KeysMark, UnderWay, read_mark
from ramstack.model.moment import stamp

NOW = datetime(2026, 1, 31, 8, tzinfo=UTC)
ids = st.text("ABCDEFGHIJabcdefghij0123456789", min_size=20, max_size=20).map(lambda tail: f"LTAI{tail}")
moments = st.integers(0, 2_000_000_000).map(lambda n: stamp(datetime.fromtimestamp(n, UTC)))
runs = st.text("0123456789abcdef", min_size=8, max_size=8)


@st.composite
def marks(draw: st.DrawFn) -> KeysMark:
    """Two keys at most; one at most while another is under way."""
    under_way = draw(st.none() | st.builds(UnderWay, moments, runs))
    known = draw(st.lists(ids, max_size=1 if under_way else 2, unique=True))
    delivered = {key: draw(st.just("") | moments) for key in known if draw(st.booleans())}
    dismissed = {key: draw(moments) for key in known if key not in delivered and draw(st.booleans())}
    seen = frozenset(known) - delivered.keys() - dismissed.keys() if under_way else frozenset()
    password = draw(st.sampled_from(["", "set", "reset"]) | moments)
    unproven = frozenset(key for key in delivered if draw(st.booleans()))
    return KeysMark(delivered, dismissed, seen, under_way, password, unproven)


@given(marks())
def test_a_mark_fits_into_a_tag_and_is_read_back(mark: KeysMark) -> None:
    assert read_mark(str(mark)) == mark
    assert len(str(mark)) <= MAX_TAG_VALUE
    assert TAG_VALUE.fullmatch(str(mark))


@given(st.text() | marks().map(str), st.integers(0, 130), st.text(max_size=5))
def test_what_is_not_understood_is_left_out(text: str, place: int, noise: str) -> None:
    """A tag that somebody edited raises nothing, and what is read of it can be written."""
    mark = read_mark(text[:place] + noise + text[place:])
    assert read_mark(str(mark)) == mark


@pytest.mark.parametrize(
    ("after", "lost"),
    [
        (-SKEW - timedelta(seconds=1), False),
        (-SKEW, True),
        (timedelta(0), True),
        (WINDOW + SKEW, True),
        (WINDOW + SKEW + timedelta(seconds=1), False),
    ],
)
def test_a_key_is_lost_where_it_may_come_from_the_run_that_was_under_way(
    after: timedelta, lost: bool
) -> None:
    mark = KeysMark({"LTAI1": ""}).beginning("0123456789abcdef", NOW, ["LTAI1", "LTAI2"])
    created = stamp(NOW + after)
    assert mark.lost_key("LTAI3", created) is lost
    assert not mark.lost_key("LTAI1", created)
    assert not mark.lost_key("LTAI2", created)
    assert not mark.delivering("LTAI3").lost_key("LTAI3", created)
    assert not mark.delivering("LTAI3").lost_key("LTAI4", created)
    assert mark.delivering("LTAI3", in_doubt=True).lost_key("LTAI4", created) is lost
    assert not mark.lost_key("LTAI3", "")


def test_keys_that_are_gone_leave_the_mark() -> None:
    mark = KeysMark({"LTAI1": "", "LTAI2": ""}).beginning("r", NOW, ["LTAI2", "LTAI3"])
    assert set(mark.delivered) == {"LTAI2"}
    assert mark.seen == {"LTAI3"}


def test_a_retired_key_of_somebody_else_is_not_taken_for_delivered() -> None:
    mark = KeysMark({"LTAI1": ""}).retiring("LTAI1", NOW).retiring("LTAI2", NOW)
    assert set(mark.delivered) == {"LTAI1"}
    assert mark.retired("LTAI1") == mark.retired("LTAI2") == stamp(NOW)
    again = mark.beginning("r", NOW, ["LTAI2"])
    assert (set(again.delivered), again.retired("LTAI2")) == (set(), stamp(NOW))
    assert not again.lost_key("LTAI2", stamp(NOW))
