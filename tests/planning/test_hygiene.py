"""Ages, limits and rotation: pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ramstack.model.inventory import HeldCredentials, HeldKey, HeldLogon
from ramstack.planning.hygiene import Limits, entries_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)
MOMENTS = st.none() | st.integers(-1, 3000).map(lambda days: NOW - timedelta(days=days))
NONE = Limits()
SPANS = st.none() | st.timedeltas(timedelta(0), timedelta(days=4000))
KEYS = st.builds(HeldKey, st.just(1), st.just("k"), st.booleans(), MOMENTS, MOMENTS)
LOGONS = st.builds(HeldLogon, st.booleans(), MOMENTS, MOMENTS)


def entry(held, limits=NONE, rotations=None):
    one = HeldCredentials("u", has_mfa=False, logon=held if isinstance(held, HeldLogon) else None)
    keys = (held,) if isinstance(held, HeldKey) else ()
    (found,) = entries_of(
        [HeldCredentials(one.user, one.has_mfa, one.logon, keys)], NOW, limits, rotations or {}
    )
    return found


@given(KEYS | LOGONS, SPANS, SPANS)
def test_only_what_is_active_is_beyond_a_limit(held, max_age, unused) -> None:
    """Without limits nothing is; a wider limit never finds more."""
    found = entry(held, Limits(max_age, unused))
    assert entry(held).faults == ()
    assert held.is_active or not found.faults
    wider = Limits(max_age and max_age + timedelta(days=1), unused and unused + timedelta(days=1))
    if max_age and unused:
        assert set(entry(held, wider).faults) <= set(found.faults)


@given(KEYS)
def test_what_nobody_knows_is_beyond_any_limit(key) -> None:
    found = entry(key, Limits(timedelta(days=9999), timedelta(days=9999)))
    unknown = key.is_active and key.created is None
    assert ("too-old" in found.faults) == unknown
    assert ("unused" in found.faults) == (unknown and key.last_used is None)


@given(KEYS, SPANS)
def test_an_active_key_is_due_when_it_is_so_old(key, span) -> None:
    """Where its stack says at which age; a logon never is."""
    rotations = {} if span is None else {"u": span}
    due = entry(key, rotations=rotations).rotation_due
    wanted = key.created + span if key.is_active and key.created and span is not None else None
    assert due == wanted


@given(LOGONS)
def test_a_logon_is_not_rotated_and_has_no_age_limit(logon) -> None:
    found = entry(logon, Limits(max_age=timedelta(0)), {"u": timedelta(0)})
    assert (found.rotation_due, found.faults) == (None, ())
