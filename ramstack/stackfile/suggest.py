"""Did you mean: the nearest of what is known, as a sentence to append."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """` Did you mean …?`, or nothing where nothing is near. Case and `-` for `_` count as near."""
    spellings = {_simplify(name): name for name in sorted(known, reverse=True)}
    near = get_close_matches(_simplify(written), spellings, n=1, cutoff=0.7)
    return f" Did you mean {spellings[near[0]]}?" if near else ""


def _simplify(name: str) -> str:
    return name.lower().replace("-", "_").replace(" ", "_")
