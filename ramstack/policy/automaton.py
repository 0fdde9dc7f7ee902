"""Patterns side by side as one automaton: which texts match all of some patterns and none of others.

A pattern is a row of letters, some of them after a star. A state tells for every pattern how far it may have got, as the
bits of one integer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, reduce
from heapq import heappop, heappush
from itertools import chain
from operator import or_
from typing import Literal, NamedTuple

from ramstack.policy.glob import glob

MAX_STATES = 1000
_FILLERS = "xyzqjkvw0123456789_~"

Mode = Literal["glob", "exact", "folded"]
"""How a pattern is read: with wildcards, letter by letter, or equal without case."""


class UndecidedError(Exception):
    """The search was given up: count it as if something had been found."""


class Pattern(NamedTuple):
    """A tuple of texts, since it is hashed and compared more than anything else."""

    text: str
    mode: Mode = "glob"

    def matches(self, text: str) -> bool:
        match self.mode:
            case "glob":
                return glob(self.text).matches(text)
            case "exact":
                return self.text == text
            case "folded":
                return self.text.lower() == text.lower()


@dataclass(frozen=True, slots=True)
class Automaton:
    """Bit ``i`` of a state says that a pattern has got as far as its ``i``-th letter."""

    start: int
    stay: int
    """Bits that a star keeps, whatever letter comes."""
    step: dict[str, int]
    """For each letter the bits that go on with it."""
    wanted: tuple[tuple[int, int], ...]
    """For each wanted pattern all its bits, and its last."""
    unwanted: int
    """The last bits of the unwanted patterns."""
    useful: int
    """The bits of the wanted patterns."""
    other: str
    """The letter that stands for all that no pattern names."""
    any: int
    """The bits that go on with some letter."""

    def follow(self, state: int, letter: str) -> int | None:
        """The next state; None where a wanted pattern can no longer match or an unwanted one always will."""
        after = ((state & self.step[letter]) << 1) | (state & self.stay)
        if after & self.unwanted & self.stay:
            return None
        for bits, _ in self.wanted:
            if not after & bits:
                return None
        return after

    def letters(self, state: int) -> Iterable[str]:
        """One letter for each way worth going: one that brings no wanted pattern on is no better than the letter of no pattern."""
        ways = {state & step: letter for letter, step in self.step.items()}
        idle = state & self.step[self.other]
        return [self.other, *(letter for way, letter in ways.items() if (way ^ idle) & self.useful)]

    def follow_any(self, state: int, letters: str) -> int:
        """All the states to which one of some letters leads; no letters stand for any."""
        default = self.step[self.other]
        open_ = (
            reduce(or_, [self.step.get(letter, default) for letter in letters], 0) if letters else self.any
        )
        return (state & open_) << 1 | (state & self.stay)

    def distance(self, state: int) -> int:
        """How many letters the wanted patterns still lack at least, all together."""
        return sum(last.bit_length() - (state & bits).bit_length() for bits, last in self.wanted)

    def accepts(self, state: int) -> bool:
        return not state & self.unwanted and all(state & last for _, last in self.wanted)


def walk(wanted: tuple[Pattern, ...], unwanted: tuple[Pattern, ...]) -> str | None:
    """A text that matches every wanted pattern and no unwanted one, None where there is none.

    Raises UndecidedError after so many states.
    """
    machine = build(wanted, unwanted)
    if machine.start & machine.unwanted & machine.stay:
        return None
    came: dict[int, tuple[int, str]] = {machine.start: (-1, "")}
    waiting = [(0, machine.start)]
    while waiting:
        _, state = heappop(waiting)
        if machine.accepts(state):
            return _spell(came, state)
        for letter in machine.letters(state):
            after = machine.follow(state, letter)
            if after is not None and after not in came:
                came[after] = (state, letter)
                heappush(waiting, (machine.distance(after), after))
        if len(came) > MAX_STATES:
            raise UndecidedError
    return None


def _spell(came: dict[int, tuple[int, str]], state: int) -> str:
    letters: list[str] = []
    while came[state][0] >= 0:
        state, letter = came[state]
        letters.append(letter)
    return "".join(reversed(letters))


def build(wanted: tuple[Pattern, ...], unwanted: tuple[Pattern, ...]) -> Automaton:
    letters = {letter for pattern in (*wanted, *unwanted) for token in tokens(pattern)[0] for letter in token}
    other = _other_letter(letters)
    step = dict.fromkeys([*sorted(letters), other], 0)
    start = stay = last_unwanted = useful = offset = 0
    rows: list[tuple[int, int]] = []
    for index, pattern in enumerate((*wanted, *unwanted)):
        row, loops = tokens(pattern)
        for at, token in enumerate(row):
            for letter in token or step:
                step[letter] |= 1 << (offset + at)
        start |= 1 << offset
        stay |= sum(1 << (offset + at) for at in loops)
        last = 1 << (offset + len(row))
        if index < len(wanted):
            rows.append(((last << 1) - (1 << offset), last))
            useful |= rows[-1][0]
        else:
            last_unwanted |= last
        offset += len(row) + 1
    return Automaton(start, stay, step, tuple(rows), last_unwanted, useful, other, reduce(or_, step.values()))


def _other_letter(letters: set[str]) -> str:
    """A letter that no pattern names: it stands for all the others."""
    return next(
        letter for letter in chain(_FILLERS, map(chr, range(0x4E00, 0x110000))) if letter not in letters
    )


@lru_cache(maxsize=65536)
def tokens(pattern: Pattern) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The letters a pattern takes, each as the alternatives (none: any letter), and where a star stands before one."""
    match pattern.mode:
        case "exact":
            return tuple(pattern.text), ()
        case "folded":
            return tuple(_cases(letter) for letter in pattern.text), ()
        case "glob":
            pieces = pattern.text.split("*")
            ends = dict.fromkeys(sum(map(len, pieces[: index + 1])) for index in range(len(pieces) - 1))
            return tuple("" if letter == "?" else letter for letter in "".join(pieces)), tuple(ends)


def _cases(letter: str) -> str:
    """The letters that are the same without case; some capitals are two letters, or are the capital of another one too."""
    same = {
        one for one in (letter.lower(), letter.upper()) if len(one) == 1 and one.lower() == letter.lower()
    }
    return "".join(sorted({letter} | same))
