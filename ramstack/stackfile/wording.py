"""How details speak of what people wrote: quoted and short, with the nearest thing that they may have meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

_MAX_SHOWN = 80
_PRIVATE_KEY = re.compile(r"AGE-SECRET-KEY-[A-Z0-9-]*", re.IGNORECASE)


def shown(written: object) -> str:
    """In quotes, cut to what one reads, and without characters that a terminal would obey."""
    return f'"{clean(str(written))}"'


def clean(text: str) -> str:
    """The same without the quotes. A private key that got into a stack is not told to everybody who reads the log."""
    text = _PRIVATE_KEY.sub("***", text)
    short = text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 1]}…"
    return short if short.isprintable() else "".join(map(_escape, short))


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """` Did you mean …?`, or nothing where nothing is near. Case and `-` for `_` count as near."""
    return _nearest(written[:_MAX_SHOWN], frozenset(known))


@lru_cache(maxsize=1024)
def _nearest(written: str, known: frozenset[str]) -> str:
    spellings = {_simplify(name): name for name in sorted(known, reverse=True)}
    near = get_close_matches(_simplify(written), spellings, n=1, cutoff=0.7)
    return f" Did you mean {spellings[near[0]]}?" if near else ""


def _simplify(name: str) -> str:
    return name.lower().replace("-", "_").replace(" ", "_")


def _escape(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode()
