"""Wildcard patterns: ``*`` stands for any characters or none, ``?`` for exactly one; nothing escapes them.

Matching is anchored at both ends and over the whole string: ``*`` crosses ``/`` and ``:`` alike (AlibabaCloudDocs/ots,
"自定义权限"; for ``:`` no page says it, real short ARNs such as ``acs:sae:cn-shanghai:*`` ask for it). Linear in the text for
each star: no pattern can make it hang, as a regular expression of many ``.*`` would.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern, cut at its stars: what comes before the first, between them, and after the last."""

    head: str
    middle: tuple[str, ...]
    tail: str | None
    """None: there is no star."""
    plain: bool
    """No question marks: texts are compared letter by letter."""

    def matches(self, text: str) -> bool:
        """The head begins the text, the tail ends it, the others follow each other wherever they first fit."""
        if self.tail is None:
            return (
                text == self.head if self.plain else len(text) == len(self.head) and _fits(self.head, text, 0)
            )
        at, end = len(self.head), len(text) - len(self.tail)
        if at > end or not self._encloses(text, end):
            return False
        for piece in self.middle:
            at = text.find(piece, at, end) if self.plain else _find(piece, text, at, end)
            if at < 0:
                return False
            at += len(piece)
        return True

    def _encloses(self, text: str, end: int) -> bool:
        """Whether the head stands at the beginning of a text and the tail at its end."""
        tail = self.tail or ""
        if self.plain:
            return text.startswith(self.head) and text.endswith(tail)
        return _fits(self.head, text, 0) and _fits(tail, text, end)


@lru_cache(maxsize=65536)
def glob(pattern: str) -> Glob:
    head, *others = pattern.split("*")
    tail = others.pop() if others else None
    return Glob(head, tuple(others), tail, "?" not in pattern)


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches a text, both with case."""
    return glob(pattern).matches(text)


@lru_cache(maxsize=65536)
def matches_any(patterns: frozenset[str], text: str) -> bool:
    """Whether one of the patterns matches a text. Remembered: statements are asked about the same texts over and over."""
    beginnings, globs = _compiled(patterns)
    return text.startswith(beginnings) and any(one.matches(text) for one in globs)


@lru_cache(maxsize=4096)
def _compiled(patterns: frozenset[str]) -> tuple[tuple[str, ...], tuple[Glob, ...]]:
    """The globs, and with what a text must begin that one of them matches: most texts are told apart by that."""
    globs = tuple(map(glob, patterns))
    return tuple({one.head.partition("?")[0] for one in globs}), globs


def covers_all(pattern: str) -> bool:
    """Whether a pattern matches every text."""
    return bool(pattern) and not pattern.strip("*")


def has_wildcard(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


def _fits(piece: str, text: str, at: int) -> bool:
    """Whether a piece stands there, in a text that is long enough for it."""
    if "?" not in piece:
        return text.startswith(piece, at)
    return all(text.startswith(part, at + offset) for offset, part in _fixed(piece))


def _find(piece: str, text: str, start: int, end: int) -> int:
    return next((at for at in range(start, end - len(piece) + 1) if _fits(piece, text, at)), -1)


@lru_cache(maxsize=4096)
def _fixed(piece: str) -> tuple[tuple[int, str], ...]:
    """The letters between the question marks of a piece, and how far in they stand."""
    return tuple((found.start(), found.group()) for found in re.finditer(r"[^?]+", piece))
