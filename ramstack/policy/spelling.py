"""Did you mean: the nearest known word."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str], cutoff: float = 0.7) -> str | None:
    """The known word most like ``word``, compared without case; None where nothing is near."""
    spelled = {name.lower(): name for name in sorted(known)}
    close = get_close_matches(word.lower(), spelled, n=1, cutoff=cutoff)
    return spelled[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`` Did you mean "Action"?`` or nothing, ready to be put behind a sentence."""
    match = nearest(word, known)
    return f' Did you mean "{match}"?' if match else ""
