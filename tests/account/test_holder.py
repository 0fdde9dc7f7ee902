"""A holder is what it was when it is read back, fits, and cannot break out of a line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ramstack.model.holder import UNREADABLE, Runner, read_holder
from ramstack.model.limits import MAX_DESCRIPTION

WHEN = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ANY = st.text(max_size=2000)
WORDS = st.from_regex(r"[a-zA-Z0-9:/.@ -]{0,60}", fullmatch=True)
RUN = st.from_regex(r"[0-9a-f]{16}", fullmatch=True)


@given(st.builds(Runner, RUN, WORDS, WORDS, WORDS, WORDS), WHEN)
def test_read_back_as_it_was(runner: Runner, now: datetime) -> None:
    """Text and back."""
    holder = runner.holder(now, timedelta(minutes=10))
    assert read_holder(holder.text) == holder


@given(st.builds(Runner, RUN, ANY, ANY, ANY, ANY), WHEN)
def test_fits_whatever_the_environment_says(runner: Runner, now: datetime) -> None:
    """At most 1,024 characters, readable, and one line for a person."""
    holder = runner.holder(now, timedelta(minutes=10))
    assert len(holder.text) <= MAX_DESCRIPTION
    seen = read_holder(holder.text)
    assert seen.run == runner.run
    assert str(seen).isprintable()


@given(ANY | st.sampled_from(["{}", "[]", "null", '{"run": 1}', "[" * 5000, '{"since": 1, "until": 2}']))
def test_any_other_text_is_unreadable(text: str) -> None:
    """Never an error, and never a holder that expires."""
    assert read_holder(text) == UNREADABLE
    assert str(read_holder(text))
