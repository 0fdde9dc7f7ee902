"""Laws of words and lines: whatever a user wrote is harmless, and nothing is cut."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ramstack.views.layout import Line, prose, render, row
from ramstack.views.words import Word, counted, in_quotes, listed, quoted, split, visible
from tests.views.strategies import text

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
words = st.lists(st.text("ab[]日-", min_size=1, max_size=30).map(lambda t: Word(t, "bold red")), max_size=20)
lines = st.builds(Line, words, st.integers(0, 8), st.integers(0, 30))


@given(text)
def test_words_hold_printable_text_only(value):
    """No word can move a cursor, end a line or turn the direction of reading."""
    assert Word(value).text.isprintable()


@given(text, text)
def test_different_values_look_different(one, other):
    """What is escaped or quoted cannot be taken for another value."""
    assert (quoted(one) == quoted(other)) == (one == other)
    assert (in_quotes(one) == in_quotes(other)) == (one == other)


@given(text)
def test_only_plain_words_go_without_quotes(value):
    """A value without quotes has no space, comma or quote, and does not begin like a sign."""
    shown = quoted(value)
    assert shown.startswith('"') or not re.search(r'[\s,"→]|^[+~!-]', shown)


@given(st.text("ab  \n", min_size=1))
def test_splitting_keeps_spaces(value):
    """The words of a value in quotes, put on one line again, are the value."""
    wide = render([Line(split(in_quotes(value)))], color=False, width=1000)
    assert wide == in_quotes(value) + "\n"


@given(lines, st.integers(30, 100))
def test_nothing_is_cut_and_lines_fit(line, width):
    """Every word is there in order, and only a single word may be wider than the page."""
    shown = render([line], color=False, width=width).splitlines()
    assert " ".join(shown).split() == [word.text for word in line.words]
    assert all(cell_len(text) <= width or len(text.split()) == 1 for text in shown)


@given(lines, st.integers(30, 100))
def test_colour_changes_nothing_but_colour(line, width):
    """Without its escape codes the coloured text is the plain one; the plain one has none."""
    plain = render([line], color=False, width=width)
    assert "\x1b" not in plain
    assert ESCAPES.sub("", render([line], color=True, width=width)) == plain


def test_rows_hang_below_their_first_value():
    """What does not fit beside a label continues below the first word of its value."""
    shown = render([row("tags", split("aaaa bbbb cccc " * 3), indent=2, room=8)], color=False, width=40)
    assert shown == "  tags    aaaa bbbb cccc aaaa bbbb cccc\n          aaaa bbbb cccc\n"


def test_small_words():
    """Numbers agree with their nouns, lists have commas, an empty line is empty."""
    assert [counted(1, "batch", "batches"), counted(2, "batch", "batches")] == ["1 batch", "2 batches"]
    assert [word.text for word in listed(["a", "b"])] == ["a,", "b"]
    assert render([Line(), prose("")], color=True, width=60) == "\n\n"
    assert visible("a\nb\x1b") == "a\\nb\\x1b"
