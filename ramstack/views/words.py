"""Words: the pieces of a text that no line break may split, harmless whatever a user wrote into them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_BARE = re.compile(r"[\w*./][\w.:/@*%?+-]*")
_CHUNK = re.compile(r"( *)([^ ]+)")


@dataclass(frozen=True, slots=True)
class Word:
    """Text that stays on one line, `gap` columns after the word before it, in a rich style.

    Law: every character of `text` is printable, so that no word can move the cursor, end a line, turn the direction of
    reading, or be read as markup.
    """

    text: str
    style: str = ""
    gap: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", visible(self.text))


def visible(text: str) -> str:
    r"""The text with control, format and separator characters escaped as Python does it: `\n`, `\x1b`, `\u202e`."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def quoted(text: str) -> str:
    """A value as it stands where it is one plain word, else in quotes: it cannot be taken for two, or for a sign."""
    return text if _BARE.fullmatch(text) else in_quotes(text)


def in_quotes(text: str) -> str:
    """Free text: where it begins and ends can be seen."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{visible(escaped)}"'


def split(text: str, style: str = "", gap: int = 1) -> list[Word]:
    """The words of a sentence or a quoted value; runs of spaces are kept, `gap` goes before the first."""
    return [*_split(text, style, gap)]


@lru_cache(maxsize=8192)
def _split(text: str, style: str, gap: int) -> tuple[Word, ...]:
    """Remembered: a large plan says the same of many."""
    chunks = _CHUNK.findall(visible(text))
    return tuple(Word(word, style, len(spaces) if n else gap) for n, (spaces, word) in enumerate(chunks))


def listed(items: Iterable[str], style: str = "") -> list[Word]:
    """`a, b, c`: each item with its comma."""
    *most, last = [*items] or [""]
    return [word for text in (*(f"{item}," for item in most), last) for word in split(text, style)]


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 batch`, `4 batches`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
