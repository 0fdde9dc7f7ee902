"""What becomes of a user's keys in each situation: the step that is next, and what is said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ramstack.model.address import Address, access_key_address, user_address
from ramstack.model.credential import KeysWish
from ramstack.model.moment import stamp
from ramstack.model.resource import AccessKey
from ramstack.planning.keys import Course, course_of
from tests.deliveries import NOW, keys

USER = user_address("app")
ONE, TWO = access_key_address(USER, 1), access_key_address(USER, 2)
ROTATING = {"rotate_after": 60, "overlap": 7}


def key(key_id: str, age: float, *, used: float | None = None, **more: Any) -> AccessKey:
    """Made `age` days ago and delivered; last used so many days ago, 0 for never."""
    date = None if used is None else stamp(NOW - timedelta(days=used)) if used else ""
    facts = {"standing": "delivered", "created": stamp(NOW - timedelta(days=age)), "used": date}
    return AccessKey(key_id, **{**facts, **more})


def retired(key_id: str, age: float, since: float) -> AccessKey:
    return key(key_id, age, status="Inactive", is_retired=True, retired=stamp(NOW - timedelta(days=since)))


def course(wish: KeysWish | None, *held: AccessKey) -> Course:
    return course_of(USER, wish, dict(zip((ONE, TWO), held, strict=False)), NOW)


def told(found: Course) -> dict[Address, str]:
    """`new`, `off`, `on`, the id of a key that stays as it is; nothing of one that goes."""
    words = {
        ("Active", True): "?",
        ("Active", False): "on",
        ("Inactive", True): "retired",
        ("Inactive", False): "off",
    }
    return {slot: words[k.status, k.is_retired] if k.id else "new" for slot, k in found.keys.items()}


FOREIGN = {"standing": "foreign"}
UNPROVEN = {"is_proven": False}
CASES = {
    "first key": (keys(), [], {ONE: "new"}),
    "two keys": (keys(2), [], {ONE: "new", TWO: "new"}),
    "no key": (keys(0), [], {}),
    "young": (keys(**ROTATING), [key("a", 59)], {ONE: "on"}),
    "due": (keys(**ROTATING), [key("a", 60)], {ONE: "on", TWO: "new"}),
    "never rotated": (keys(), [key("a", 999)], {ONE: "on"}),
    "in the overlap": (keys(**ROTATING), [key("a", 66, used=0), key("b", 6)], {ONE: "on", TWO: "on"}),
    "idle": (keys(**ROTATING), [key("a", 68, used=8), key("b", 8)], {ONE: "retired", TWO: "on"}),
    "never used": (keys(**ROTATING), [key("a", 68, used=0), key("b", 8)], {ONE: "retired", TWO: "on"}),
    "in use": (keys(**ROTATING), [key("a", 68, used=0.1), key("b", 8)], {ONE: "on", TWO: "on"}),
    "use unknown": (keys(**ROTATING), [key("a", 68), key("b", 8)], {ONE: "on", TWO: "on"}),
    "successor proven by nothing": (
        keys(**ROTATING),
        [key("a", 68, used=30), key("b", 8, used=0, **UNPROVEN)],
        {ONE: "on", TWO: "on"},
    ),
    "successor proven by its use": (
        keys(**ROTATING),
        [key("a", 68, used=30), key("b", 8, used=3, **UNPROVEN)],
        {ONE: "retired", TWO: "on"},
    ),
    "both due, the other one unproven": (
        keys(2, **ROTATING),
        [key("a", 70, used=8), key("b", 69, used=0, **UNPROVEN)],
        {ONE: "on", TWO: "on"},
    ),
    "just retired": (keys(**ROTATING), [retired("a", 70, 6), key("b", 10)], {ONE: "retired", TWO: "on"}),
    "long retired": (keys(**ROTATING), [retired("a", 70, 7), key("b", 10)], {TWO: "on"}),
    "disabled by hand": (
        keys(**ROTATING),
        [key("a", 70, used=13, status="Inactive"), key("b", 10)],
        {ONE: "off", TWO: "on"},
    ),
    "long disabled by hand": (
        keys(**ROTATING),
        [key("a", 80, used=20, status="Inactive"), key("b", 20)],
        {TWO: "on"},
    ),
    "successor disabled by hand": (
        keys(**ROTATING),
        [key("a", 68, used=30), key("b", 8, status="Inactive")],
        {ONE: "on", TWO: "on"},
    ),
    "all to be off": (keys(2, status="Inactive"), [key("a", 9), key("b", 8)], {ONE: "off", TWO: "off"}),
    "off, and none is made": (keys(status="Inactive"), [], {}),
    "fewer than before": (keys(1), [key("a", 30, used=20), key("b", 29)], {ONE: "retired", TWO: "on"}),
    "fewer, in use": (keys(1), [key("a", 30, used=1), key("b", 29)], {ONE: "on", TWO: "on"}),
    "none any more": (keys(0), [key("a", 30, used=8)], {ONE: "retired"}),
    "none any more, in use": (keys(0), [key("a", 30, used=1)], {ONE: "on"}),
    "a stranger beside": (keys(), [key("a", 9, **FOREIGN)], {ONE: "on", TWO: "new"}),
    "two strangers": (keys(), [key("a", 9, **FOREIGN), key("b", 9, **FOREIGN)], {ONE: "on", TWO: "on"}),
    "a stranger in the way": (
        keys(**ROTATING),
        [key("a", 99, used=50, **FOREIGN), key("b", 70)],
        {ONE: "on", TWO: "on"},
    ),
    "exclusive": (
        keys(exclusive=True),
        [key("a", 99, used=50, **FOREIGN), key("b", 8)],
        {ONE: "retired", TWO: "on"},
    ),
    "exclusive, none of ours": (
        keys(exclusive=True),
        [key("a", 99, used=50, **FOREIGN)],
        {ONE: "on", TWO: "new"},
    ),
    "exclusive, no room": (
        keys(exclusive=True),
        [key("a", 99, used=1, **FOREIGN), key("b", 98, used=50, **FOREIGN)],
        {ONE: "on", TWO: "retired"},
    ),
    "both due, one idle": (
        keys(2, **ROTATING),
        [key("a", 70, used=8), key("b", 69, used=0)],
        {ONE: "retired", TWO: "on"},
    ),
    "both due, in use": (keys(2, **ROTATING), [key("a", 70, used=1), key("b", 69)], {ONE: "on", TWO: "on"}),
    "one of two retired": (
        keys(2, **ROTATING),
        [retired("a", 70, 6), key("b", 69)],
        {ONE: "retired", TWO: "on"},
    ),
    "one of two long retired": (keys(2, **ROTATING), [retired("a", 70, 7), key("b", 69)], {TWO: "on"}),
    "one of two gone": (keys(2, **ROTATING), [key("b", 70)], {ONE: "on", TWO: "new"}),
    "lost": (keys(), [key("a", 1, standing="lost")], {ONE: "new"}),
    "lost beside": (keys(), [key("a", 9), key("b", 1, standing="lost")], {ONE: "on"}),
    "lost, and a successor due": (
        keys(**ROTATING),
        [key("a", 70), key("b", 1, standing="lost")],
        {ONE: "on", TWO: "new"},
    ),
    "lost, nothing declared": (None, [key("a", 9, **FOREIGN), key("b", 1, standing="lost")], {ONE: "on"}),
}


@pytest.mark.parametrize("case", CASES)
def test_the_next_step(case: str) -> None:
    wish, held, expected = CASES[case]
    assert told(course(wish, *held)) == expected


@pytest.mark.parametrize("case", CASES)
def test_what_changes_without_being_declared_says_why(case: str) -> None:
    """Every key that goes or is retired has a reason, and so has every one that stays though it should go."""
    wish, held, _ = CASES[case]
    found = course(wish, *held)
    for slot, was in zip((ONE, TWO), held, strict=False):
        shall = found.keys.get(slot)
        if shall is None or (shall.is_retired and not was.is_retired):
            assert was.id in found.reasons[slot]
    assert found.reasons.keys().isdisjoint(found.notes.keys())


def test_the_last_use_is_asked_only_where_it_decides() -> None:
    young = course(keys(**ROTATING), key("a", 66), key("b", 6))
    ripe = course(keys(**ROTATING), key("a", 68), key("b", 8))
    assert (young.asks, ripe.asks) == (frozenset(), frozenset({ONE}))


def test_the_evidence_is_told() -> None:
    wish = keys(**ROTATING)
    used = course(wish, key("a", 68, used=0.125), key("b", 8))
    assert used.notes[ONE] == "a: last used 3 h ago: kept"
    idle = course(wish, key("a", 68, used=9), key("b", 8))
    assert idle.reasons[ONE] == "a is disabled: b was delivered 8 d ago; last used 9 d ago"
    gone = course(wish, retired("a", 80, 8), key("b", 18))
    assert gone.reasons[ONE].startswith("a is deleted: it was disabled 8 d ago")
    blocked = course(wish, key("a", 99, **FOREIGN), key("b", 70))
    assert "no room for a new key beside it" in blocked.notes[ONE]


def test_whatever_use_would_decide_is_asked_for_at_once() -> None:
    """A run asks once: were the second question only seen after the first one's answer, it would never be asked."""
    held = key("a", 68), key("b", 8, **UNPROVEN)
    assert course(keys(**ROTATING), *held).asks == {ONE, TWO}
    assert told(course(keys(**ROTATING), *held)) == {ONE: "on", TWO: "on"}
