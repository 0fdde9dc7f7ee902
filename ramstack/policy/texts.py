"""Sets of texts described by patterns, and the question whether one of them is left when others are taken away.

``find_text`` is exact: it answers with a text, or with None because there is none. Easy cases are settled by single patterns
and by plain texts; the rest by walking all patterns at once (``automaton``). Where that walk would grow too long it raises
UndecidedError, which callers must count as "there may be one".
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from ramstack.policy.automaton import Automaton, Pattern, build, tokens, walk
from ramstack.policy.glob import glob


class Texts(NamedTuple):
    """The texts that match every pattern of ``include`` and none of ``exclude``."""

    include: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()

    @property
    def point(self) -> str | None:
        """The one text there is, where that is plain."""
        exact = len(self.include) == 1 and not self.exclude and self.include[0].mode == "exact"
        return self.include[0].text if exact else None

    def within(self, pattern: Pattern) -> Texts:
        return self if pattern in self.include else Texts((*self.include, pattern), self.exclude)


@lru_cache(maxsize=65536)
def parts(texts: Texts, patterns: frozenset[str]) -> tuple[Texts, ...]:
    """For each pattern the texts that match it too, where some may."""
    apart = [pattern for pattern in map(Pattern, sorted(patterns)) if _may_meet(texts.include, pattern)]
    return tuple(part for part in map(texts.within, apart) if not is_plainly_empty(part))


@lru_cache(maxsize=65536)
def without(texts: Texts, patterns: frozenset[str]) -> Texts:
    """The texts that match none of some patterns."""
    added = map(Pattern, sorted(patterns))
    return Texts(texts.include, tuple(dict.fromkeys((*texts.exclude, *added))))


@lru_cache(maxsize=65536)
def are_plainly_named(texts: Texts, patterns: frozenset[str]) -> bool:
    """Whether one of some patterns surely matches all the texts; False may mean "not seen at a glance"."""
    if "*" in patterns or any(one.text in patterns for one in texts.include):
        return True
    return any(_covers(wide, one) for wide in map(Pattern, patterns) for one in texts.include)


@lru_cache(maxsize=65536)
def are_plainly_left(texts: Texts, patterns: frozenset[str]) -> bool:
    """Whether surely none of some patterns matches any of the texts; False may mean "not seen at a glance"."""
    return all(
        out in texts.exclude or any(not _meet(out, one) for one in texts.include)
        for out in map(Pattern, patterns)
    )


def _may_meet(include: tuple[Pattern, ...], pattern: Pattern) -> bool:
    return not any(_begin_apart(one, pattern) for one in include)


@lru_cache(maxsize=65536)
def find_text(texts: Texts) -> str | None:
    """A text of the set, the plainest that comes to hand; None where the set is empty. May raise UndecidedError."""
    include = _narrowest(texts.include)
    if _is_plainly_empty(include, texts.exclude):
        return None
    exclude = tuple(out for out in texts.exclude if all(_meet(out, one) for one in include))
    for candidate in _candidates(include):
        if all(one.matches(candidate) for one in include) and not any(
            out.matches(candidate) for out in exclude
        ):
            return candidate
    return walk(include, exclude)


@lru_cache(maxsize=65536)
def is_plainly_empty(texts: Texts) -> bool:
    """Whether two patterns at a time are enough to see that the set is empty."""
    return _is_plainly_empty(_narrowest(texts.include), texts.exclude)


def _is_plainly_empty(include: tuple[Pattern, ...], exclude: tuple[Pattern, ...]) -> bool:
    return any(not _meet(one, other) for one, other in combinations(include, 2)) or any(
        _covers(out, one) for out in exclude for one in include
    )


@lru_cache(maxsize=65536)
def _narrowest(include: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
    """The patterns without those that follow from another."""
    kept: list[Pattern] = []
    for one in include or (Pattern("*"),):
        if any(_covers(one, other) for other in kept):
            continue
        kept = [other for other in kept if not _covers(other, one)]
        kept.append(one)
    return tuple(kept)


@lru_cache(maxsize=65536)
def _ends(pattern: Pattern) -> tuple[str, str]:
    """What every text of a pattern begins and ends with, as far as that is fixed."""
    match pattern.mode:
        case "glob":
            pieces = pattern.text.split("*")
            return pieces[0].partition("?")[0], pieces[-1].rpartition("?")[2]
        case "exact":
            return pattern.text, pattern.text
        case "folded":
            return "", ""


@lru_cache(maxsize=65536)
def _covers(wide: Pattern, narrow: Pattern) -> bool:
    """Whether surely every text of ``narrow`` is one of ``wide``; False may mean "not seen at a glance".

    A glob that matches the letters of another covers it, where only its stars took a star and only wildcards a question mark;
    without question marks of its own that goes without saying.
    """
    if wide == narrow:
        return True
    if narrow.mode == "exact":
        return wide.matches(narrow.text)
    if not wide.mode == narrow.mode == "glob":
        return False
    if "?" not in wide.text:
        return glob(wide.text).matches(narrow.text)
    machine = _alone(wide)
    state = machine.start
    for letter in narrow.text:
        after = machine.follow_any(state, machine.other if letter == "?" else letter)
        state = state & machine.stay if letter == "*" else after
    return bool(state & machine.wanted[0][1])


@lru_cache(maxsize=65536)
def _meet(one: Pattern, other: Pattern) -> bool:
    """Whether some text matches both.

    ``state`` holds how far the other may have got, as bits, when the first has got to its next letter.
    """
    if _begin_apart(one, other):
        return False
    row, loops = tokens(one)
    machine = _alone(other)
    state, end = machine.start, machine.wanted[0][1]
    for at in range(len(row) + 1):
        if at in loops:  # a star of the first takes whatever the other takes
            state = (end << 1) - (state & -state)
        if at == len(row):
            break
        state = machine.follow_any(state, row[at])
        if not state:
            return False
    return bool(state & end)


def _begin_apart(one: Pattern, other: Pattern) -> bool:
    """Whether their fixed beginnings or ends differ: most patterns that do not meet are told apart by that."""
    (head, tail), (start, end) = _ends(one), _ends(other)
    return not (
        (head.startswith(start) or start.startswith(head)) and (tail.endswith(end) or end.endswith(tail))
    )


@lru_cache(maxsize=16384)
def _alone(pattern: Pattern) -> Automaton:
    return build((pattern,), ())


def _candidates(include: tuple[Pattern, ...]) -> Iterator[str]:
    """Plain texts to try before anything is walked."""
    for pattern in include:
        if pattern.mode != "glob":
            yield pattern.text
            continue
        for filler in ("x", "", "xx"):
            yield pattern.text.replace("*", filler).replace("?", "x")
    if len(include) > 1:
        yield _line_up([pattern.text.replace("?", "x") for pattern in include])


def _line_up(globs: list[str]) -> str:
    """The pieces of all globs, one glob after the other, between the longest beginning and the longest end."""
    rows = [one.split("*") for one in globs]
    text = max((row[0] for row in rows), key=len)
    for head, *pieces in rows:
        at = len(head)
        for piece in pieces[:-1]:
            found = text.find(piece, at)
            text += piece if found < 0 else ""
            at = len(text) if found < 0 else found + len(piece)
    return text + max((row[-1] for row in rows if len(row) > 1), key=len, default="")
