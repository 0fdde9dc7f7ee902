"""Rail limits: how far a plan may go before somebody has to say that it is meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ramstack.model.address import Address


@dataclass(frozen=True, slots=True)
class RailLimits:
    """None: no limit. `protected` are patterns of names (`breakglass-*`) or addresses (`user/breakglass-*`)."""

    max_deletes: int | None = None
    max_delete_percent: int | None = None
    protected: tuple[str, ...] = ()
    min_admins: int | None = None

    def __and__(self, other: RailLimits) -> RailLimits:
        """The stricter of both, limit by limit: what a floor forbids, no stack can allow."""
        return RailLimits(
            _least(self.max_deletes, other.max_deletes),
            _least(self.max_delete_percent, other.max_delete_percent),
            tuple(dict.fromkeys(self.protected + other.protected)),
            max((n for n in (self.min_admins, other.min_admins) if n is not None), default=None),
        )

    def protects(self, root: Address) -> bool:
        """Whether nothing may be taken from this user, group, policy or role."""
        return any(fnmatchcase(root.name, p) or fnmatchcase(str(root), p) for p in self.protected)

    def looser_than(self, floor: RailLimits) -> Iterator[tuple[str, int, int]]:
        """Limits that are written here and let more pass than the floor: name, what is written, the floor."""
        for name, is_upper in (("max_deletes", True), ("max_delete_percent", True), ("min_admins", False)):
            written, least = getattr(self, name), getattr(floor, name)
            if (
                written is not None
                and least is not None
                and (written > least) == is_upper
                and written != least
            ):
                yield name, written, least


def _least(one: int | None, other: int | None) -> int | None:
    return min((n for n in (one, other) if n is not None), default=None)


NO_LIMITS = RailLimits()
