"""Sets of known operations of one service, kept as the bits of an integer: a plan can hold thousands of them.

Bit ``i`` stands for the ``i``-th operation by name.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from ramstack.policy.catalogue import Access, expand, find_operation, load_services


@dataclass(frozen=True, slots=True)
class Operations:
    """Some known operations of a service; of one that is not known there are none."""

    service: str
    bits: int = 0

    def __bool__(self) -> bool:
        return bool(self.bits)

    def __len__(self) -> int:
        return self.bits.bit_count()

    def __or__(self, other: Operations) -> Operations:
        return Operations(self.service, self.bits | other.bits)

    def __and__(self, other: Operations) -> Operations:
        return Operations(self.service, self.bits & other.bits)

    @property
    def names(self) -> tuple[str, ...]:
        """As documented, sorted."""
        known, bits, found = _index(self.service).names, self.bits, []
        while bits:
            lowest = bits & -bits
            found.append(known[lowest.bit_length() - 1])
            bits ^= lowest
        return tuple(found)

    @property
    def first(self) -> str:
        return _index(self.service).names[(self.bits & -self.bits).bit_length() - 1]

    @property
    def levels(self) -> tuple[tuple[Access, Operations], ...]:
        """By the most dangerous thing that each can do, the most dangerous first."""
        levels = _index(self.service).levels
        return tuple(
            (access, Operations(self.service, inside))
            for access, bits in levels
            if (inside := self.bits & bits)
        )

    @property
    def stems(self) -> tuple[tuple[Stem, Operations], ...]:
        """By service and first word."""
        stems = _index(self.service).stems
        return tuple(
            (stem, Operations(self.service, inside)) for stem in stems if (inside := self.bits & stem.bits)
        )

    @property
    def folded(self) -> tuple[str, ...]:
        """The same with patterns for those that are all there: ``ice:*``, ``ice:Get*``; the rest by name."""
        if self and self.bits == _index(self.service).all:
            return (f"{self.service}:*",)
        lines = ((stem.pattern,) if stem.is_all(inside) else inside.names for stem, inside in self.stems)
        return tuple(line for group in lines for line in group)


@dataclass(frozen=True, slots=True)
class Stem:
    """The operations of a service that begin with the same word: ``ice:Get``."""

    pattern: str
    """``ice:Get*``."""
    bits: int
    matched: int
    """How many known operations the pattern matches: ``ice:Get*`` matches those of ``ice:Getting``, too."""

    def is_all(self, some: Operations) -> bool:
        """Whether some operations are several, and all that the pattern matches."""
        return 1 < len(some) == self.matched


@lru_cache(maxsize=16384)
def operations_of(service: str, patterns: frozenset[str]) -> Operations:
    """The known operations of a service that one of some patterns matches."""
    bits = _index(service).bits
    return Operations(
        service, sum(bits[one] for one in {a for p in patterns for a in expand(p)} if one in bits)
    )


def all_operations(service: str) -> Operations:
    return Operations(service, _index(service).all)


@dataclass(frozen=True, slots=True)
class _Index:
    names: tuple[str, ...]
    bits: dict[str, int]
    """By the name in lower case."""
    all: int
    levels: tuple[tuple[Access, int], ...]
    stems: tuple[Stem, ...]


@lru_cache(maxsize=64)
def _index(code: str) -> _Index:
    service = load_services().get(code)
    names = tuple(sorted(one.action for one in service.operations)) if service else ()
    bits = {name.lower(): 1 << at for at, name in enumerate(names)}
    levels: dict[Access, int] = defaultdict(int)
    stems: dict[str, int] = defaultdict(int)
    for name in names:
        operation = find_operation(name)
        assert operation is not None  # the names are the catalogue's
        levels[operation.danger] |= bits[name.lower()]
        stems[stem_of(name)] |= bits[name.lower()]
    return _Index(
        names,
        bits,
        (1 << len(names)) - 1,
        tuple((access, levels[access]) for access in Access if access in levels),
        tuple(Stem(f"{stem}*", mask, len(expand(f"{stem}*"))) for stem, mask in stems.items()),
    )


def stem_of(action: str) -> str:
    """``ice:Get`` of ``ice:GetMediaInfo``: the service and the first word."""
    code, _, name = action.partition(":")
    end = next((at for at, letter in enumerate(name) if at and letter.isupper()), len(name))
    return f"{code}:{name[:end]}"
