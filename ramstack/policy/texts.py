"""Sets of texts described by patterns, and the question whether one of them is left when others are taken away.

``find_text`` is exact: it answers with a text, or with None because there is none. Easy cases are settled by single patterns;
the rest by walking all patterns at once as one automaton, its states the bits of one integer. Where that walk would grow too
long it raises Undecided, which callers must count as "there may be one".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache, reduce
from heapq import heappop, heappush
from itertools import chain, combinations
from operator import or_

from ramstack.policy.glob import glob

MAX_STATES = 4000
_FILLERS = "xyzqjkvw0123456789_~"


class UndecidedError(Exception):
    """The search was given up: count it as if something had been found."""


class Mode(StrEnum):
    GLOB = "glob"
    EXACT = "exact"
    FOLDED = "folded"
    """Equal without case."""


@dataclass(frozen=True, slots=True)
class Pattern:
    text: str
    mode: Mode = Mode.GLOB
    head: str = field(init=False, compare=False, repr=False)
    """What every text of it begins with, as far as that is fixed."""
    tail: str = field(init=False, compare=False, repr=False)
    """What every text of it ends with."""

    def __post_init__(self) -> None:
        head, tail = _ends(self.text, self.mode)
        object.__setattr__(self, "head", head)
        object.__setattr__(self, "tail", tail)

    def __hash__(self) -> int:
        """Texts alone: the hash of an enumeration costs more than it tells apart."""
        return hash(self.text)

    def matches(self, text: str) -> bool:
        match self.mode:
            case Mode.GLOB:
                return glob(self.text).matches(text)
            case Mode.EXACT:
                return self.text == text
            case Mode.FOLDED:
                return self.text.lower() == text.lower()


def _ends(text: str, mode: Mode) -> tuple[str, str]:
    match mode:
        case Mode.GLOB:
            pieces = text.split("*")
            return pieces[0].partition("?")[0], pieces[-1].rpartition("?")[2]
        case Mode.EXACT:
            return text, text
        case Mode.FOLDED:
            return "", ""


glob_pattern = lru_cache(maxsize=65536)(Pattern)
"""The pattern of a text with wildcards, one and the same for equal texts: those are compared faster."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts that match every pattern of ``include`` and none of ``exclude``."""

    include: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()

    @property
    def point(self) -> str | None:
        """The one text there is, where that is plain."""
        exact = len(self.include) == 1 and not self.exclude and self.include[0].mode is Mode.EXACT
        return self.include[0].text if exact else None

    def within(self, pattern: Pattern) -> Texts:
        return self if pattern in self.include else Texts((*self.include, pattern), self.exclude)

    def parts(self, patterns: Iterable[str]) -> Iterator[Texts]:
        """For each pattern the texts that match it too, where some may."""
        for pattern in map(glob_pattern, patterns):
            if not any(_begin_apart(one, pattern) for one in self.include):
                part = self.within(pattern)
                if not is_plainly_empty(part):
                    yield part

    def without(self, patterns: Iterable[Pattern]) -> Texts:
        return Texts(self.include, tuple(dict.fromkeys((*self.exclude, *patterns))))


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
    return _walk(include, exclude)


@lru_cache(maxsize=65536)
def is_plainly_empty(texts: Texts) -> bool:
    """Whether two patterns at a time are enough to see that the set is empty."""
    return _is_plainly_empty(_narrowest(texts.include), texts.exclude)


def _is_plainly_empty(include: tuple[Pattern, ...], exclude: tuple[Pattern, ...]) -> bool:
    return any(not _meet(one, other) for one, other in combinations(include, 2)) or any(
        _covers(out, one) for out in exclude for one in include
    )


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
def _covers(wide: Pattern, narrow: Pattern) -> bool:
    """Whether surely every text of ``narrow`` is one of ``wide``; False may mean "not seen at a glance".

    A glob that matches the letters of another covers it, where only its stars took a star and only wildcards a question mark;
    without question marks of its own that goes without saying.
    """
    if wide == narrow:
        return True
    if narrow.mode is Mode.EXACT:
        return wide.matches(narrow.text)
    if not wide.mode is narrow.mode is Mode.GLOB:
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
    tokens, loops = _tokens(one)
    machine = _alone(other)
    state, end = machine.start, machine.wanted[0][1]
    for at in range(len(tokens) + 1):
        if at in loops:  # a star of the first takes whatever the other takes
            state = (end << 1) - (state & -state)
        if at == len(tokens):
            break
        state = machine.follow_any(state, tokens[at])
        if not state:
            return False
    return bool(state & end)


def _begin_apart(one: Pattern, other: Pattern) -> bool:
    """Whether their fixed beginnings or ends differ: most patterns that do not meet are told apart by that."""
    return not (
        (one.head.startswith(other.head) or other.head.startswith(one.head))
        and (one.tail.endswith(other.tail) or other.tail.endswith(one.tail))
    )


@lru_cache(maxsize=16384)
def _alone(pattern: Pattern) -> _Machine:
    return _build((pattern,), ())


def _candidates(include: tuple[Pattern, ...]) -> Iterator[str]:
    """Plain texts to try before anything is walked."""
    for pattern in include:
        if pattern.mode is not Mode.GLOB:
            yield pattern.text
            continue
        for filler in ("x", "", "xx"):
            yield pattern.text.replace("*", filler).replace("?", "x")


@dataclass(frozen=True, slots=True)
class _Machine:
    """All patterns side by side: bit ``i`` of a state says that a pattern has got as far as its ``i``-th letter."""

    start: int
    stay: int
    """Bits that a star keeps, whatever letter comes."""
    step: dict[str, int]
    """For each letter the bits that go on with it."""
    wanted: tuple[tuple[int, int], ...]
    """For each included pattern all its bits, and its last."""
    unwanted: int
    """The last bits of the excluded patterns."""
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
        """One letter for each way that leads on from a state."""
        return {state & step: letter for letter, step in self.step.items()}.values()

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


def _walk(include: tuple[Pattern, ...], exclude: tuple[Pattern, ...]) -> str | None:
    machine = _build(include, exclude)
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


def _build(include: tuple[Pattern, ...], exclude: tuple[Pattern, ...]) -> _Machine:
    letters = {
        letter for pattern in (*include, *exclude) for token in _tokens(pattern)[0] for letter in token
    }
    other = _other_letter(letters)
    step = dict.fromkeys([*sorted(letters), other], 0)
    start = stay = unwanted = offset = 0
    wanted: list[tuple[int, int]] = []
    for index, pattern in enumerate((*include, *exclude)):
        tokens, loops = _tokens(pattern)
        for at, token in enumerate(tokens):
            for letter in token or step:
                step[letter] |= 1 << (offset + at)
        start |= 1 << offset
        stay |= sum(1 << (offset + at) for at in loops)
        last = 1 << (offset + len(tokens))
        if index < len(include):
            wanted.append(((last << 1) - (1 << offset), last))
        else:
            unwanted |= last
        offset += len(tokens) + 1
    return _Machine(start, stay, step, tuple(wanted), unwanted, other, reduce(or_, step.values()))


def _other_letter(letters: set[str]) -> str:
    """A letter that no pattern names: it stands for all the others."""
    return next(
        letter for letter in chain(_FILLERS, map(chr, range(0x4E00, 0x110000))) if letter not in letters
    )


@lru_cache(maxsize=65536)
def _tokens(pattern: Pattern) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The letters a pattern takes, each as the alternatives (none: any letter), and where a star stands before one."""
    match pattern.mode:
        case Mode.EXACT:
            return tuple(pattern.text), ()
        case Mode.FOLDED:
            return tuple(_cases(letter) for letter in pattern.text), ()
        case Mode.GLOB:
            pieces = pattern.text.split("*")
            ends = [sum(map(len, pieces[: index + 1])) for index in range(len(pieces) - 1)]
            return tuple("" if letter == "?" else letter for letter in "".join(pieces)), tuple(ends)


def _cases(letter: str) -> str:
    """The letters that are the same without case; some capitals are two letters, or are the capital of another one too."""
    same = {
        one for one in (letter.lower(), letter.upper()) if len(one) == 1 and one.lower() == letter.lower()
    }
    return "".join(sorted({letter} | same))
