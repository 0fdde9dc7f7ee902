"""The search for a text among patterns, against trying every short text."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from ramstack.policy.glob import matches
from ramstack.policy.texts import Mode, Pattern, Texts, find_text
from tests.policy import naive

LETTERS = "abx"
SHORT = ["".join(letters) for length in range(6) for letters in product(LETTERS, repeat=length)]
globs = st.text("ab*?", max_size=5)
patterns = st.builds(Pattern, globs, st.just(Mode.GLOB)) | st.builds(
    Pattern, st.text("abAB", max_size=3), st.sampled_from(Mode)
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
