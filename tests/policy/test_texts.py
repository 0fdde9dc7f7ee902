"""The search for a text among patterns, against trying every short text."""

from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.policy.automaton import Mode, Pattern
from ramstack.policy.glob import covers_all, has_wildcard, matches
from ramstack.policy.texts import Texts, find_text
from tests.policy import naive

LETTERS = "abx"
SHORT = ["".join(letters) for length in range(6) for letters in product(LETTERS, repeat=length)]
globs = st.text("ab*?", max_size=5)
patterns = st.builds(Pattern, globs, st.just("glob")) | st.builds(
    Pattern, st.text("abAB", max_size=3), st.sampled_from(get_args(Mode))
)


@given(globs, st.text("abx*?\n/:", max_size=8))
def test_matching_agrees_with_recursion(pattern, text):
    """The matcher without backtracking finds what plain recursion finds."""
    assert matches(pattern, text) is naive.like(pattern, text)


def test_many_stars_do_not_hang():
    """No pattern makes matching explode."""
    assert not matches("*a" * 200 + "b", "a" * 5000)


@given(st.lists(patterns, max_size=2), st.lists(patterns, max_size=4))
def test_found_text_is_in_the_set(include, exclude):
    """What is found matches every included pattern and no excluded one."""
    found = find_text(Texts(tuple(include), tuple(exclude)))
    if found is not None:
        assert all(pattern.matches(found) for pattern in include)
        assert not any(pattern.matches(found) for pattern in exclude)


@given(st.lists(patterns, max_size=2), st.lists(patterns, max_size=4))
def test_none_means_none(include, exclude):
    """Where nothing is found no short text is in the set either."""
    if find_text(Texts(tuple(include), tuple(exclude))) is None:
        fitting = [text for text in SHORT if all(one.matches(text) for one in include)]
        assert all(any(one.matches(text) for one in exclude) for text in fitting)


@pytest.mark.parametrize("other", ["ab*", "*b", "?b?", "*b*a", "ab"])
@pytest.mark.parametrize("stars", ["**", "***"])
def test_stars_side_by_side_are_one(stars, other):
    """`a**` is `a*`, on whichever side it stands."""
    wide, twice = (Pattern(f"a{some}") for some in ("*", stars))
    for include, exclude in (((0, 1), ()), ((1, 0), ()), ((0,), (1,)), ((1,), (0,))):
        sets = [
            Texts(tuple(pair[at] for at in include), tuple(pair[at] for at in exclude))
            for pair in ((wide, Pattern(other)), (twice, Pattern(other)))
        ]
        assert (find_text(sets[1]) is None) is (find_text(sets[0]) is None)


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("*ab*b", "ab", False),
        ("*b*a*", "ab", False),
        ("*ab*?b", "xab", False),
        ("*?b*?a*", "xbb", False),
        ("*ab*b", "abb", True),
        ("*a?*b", "ab", False),
        ("*a?*b", "axb", True),
        ("a*a", "a", False),
        ("a**b", "ab", True),
        ("?", "", False),
        ("", "", True),
        ("*?", "", False),
        ("*?*", "\n", True),
        ("a*?*b", "ab", False),
        ("*ab*ab*", "xxab", False),
        ("*a*b*?", "abax", True),
        ("*?a*b*c?", "xaxabac", False),
        ("*?a*b*c?", "xabaca", True),
    ],
)
def test_pieces_do_not_overlap(pattern, text, fits):
    """What the head, the tail and the pieces between take is taken once."""
    assert matches(pattern, text) is fits


def test_wildcards_are_seen():
    """Both wildcards are wildcards; only stars cover everything."""
    assert [has_wildcard(one) for one in ("a", "a*", "a?")] == [False, True, True]
    assert [covers_all(one) for one in ("", "*", "**", "?", "X*")] == [False, True, True, False, False]
