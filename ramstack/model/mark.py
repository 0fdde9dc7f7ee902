"""The mark of credentials: what a user's tag `ramstack:keys` says, so that a run from a fresh checkout knows enough.

    k=LTAI5t…/s=LTAI5t…/run=20260131080000.1f2e3d4c/p=set

`k` is a key that was delivered, with the moment at which it was disabled to be retired, if it was (`n` is one that did not
prove itself then, `x` one of somebody else that was retired); `s` a key that was there before a run began to make one; `run` a run that has a key under way since then; `p` the password: delivered (`set`, or
`reset` when it was to be changed at the first logon), or under way since a moment.

A tag value has at most 128 characters and should keep to letters, digits and `_.:/=+-@`. A user has two keys at most, and
one at most while another is under way; so the longest mark has 128.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from ramstack.model.moment import read_stamp, stamp

WINDOW = timedelta(hours=1)
"""How long after a run marked its beginning a key may still come from it."""
SKEW = timedelta(minutes=15)
"""The service refuses signatures whose clock differs by more (ram-api.md 1.3), so no mark is further off."""
RUN_LENGTH = 8

_SHORT = "%Y%m%d%H%M%S"
_KEY_ID = re.compile(r"[A-Za-z0-9]{1,24}")


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A run has a key under way since `since`, a stamp."""

    since: str
    run: str


@dataclass(frozen=True, slots=True)
class KeysMark:
    """`delivered`: id → when it was disabled to be retired, empty when it was not; `dismissed`: the same for keys of others that
    were retired. `unproven`: those of the delivered that nothing has shown to work. `password`: empty, `set`, `reset`, or the
    stamp since which one is under way.
    """

    delivered: Mapping[str, str] = field(default_factory=dict)
    dismissed: Mapping[str, str] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    under_way: UnderWay | None = None
    password: str = ""
    unproven: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        """Something is under way, or was when a run ended."""
        return self.under_way is not None or self.has_password_under_way

    @property
    def has_password_under_way(self) -> bool:
        return self.password not in ("", "set", "reset")

    def lost_key(self, key_id: str, created: str) -> bool:
        """Whether nobody can hold the key's secret: a run began to make one, and this one is neither delivered nor older."""
        known = {*self.delivered, *self.dismissed, *self.seen}
        return key_id not in known and self.under_way is not None and _is_of(created, self.under_way.since)

    def lost_password(self, created: str) -> bool:
        """Whether nobody can know the password of a logon that was made then."""
        return self.has_password_under_way and _is_of(created, self.password)

    def beginning(self, run: str, now: datetime, seen: Iterable[str]) -> KeysMark:
        """A key is about to be made; `seen` are the ids that are there."""
        there = frozenset(seen)
        delivered, dismissed = (
            {key: retired for key, retired in known.items() if key in there}
            for known in (self.delivered, self.dismissed)
        )
        return replace(
            self,
            delivered=delivered,
            dismissed=dismissed,
            unproven=self.unproven & delivered.keys(),
            seen=there - delivered.keys() - dismissed.keys(),
            under_way=UnderWay(stamp(now), run[:RUN_LENGTH]),
        )

    def delivering(self, key_id: str, *, is_proven: bool = True, in_doubt: bool = False) -> KeysMark:
        """The key is where it belongs. `in_doubt`: another one may still turn up from this run."""
        unproven = self.unproven | (frozenset() if is_proven else {key_id})
        noted = replace(self, delivered={**self.delivered, key_id: ""}, unproven=unproven)
        return noted if in_doubt else replace(noted, seen=frozenset(), under_way=None)

    def retiring(self, key_id: str, now: datetime) -> KeysMark:
        if key_id in self.delivered:
            return replace(self, delivered={**self.delivered, key_id: stamp(now)})
        return replace(self, dismissed={**self.dismissed, key_id: stamp(now)})

    def retired(self, key_id: str) -> str:
        """When a key was retired, a stamp; empty when it was not."""
        return self.delivered.get(key_id) or self.dismissed.get(key_id, "")

    def __str__(self) -> str:
        kinds = ((("n" if key in self.unproven else "k"), key, at) for key, at in self.delivered.items())
        keys = [f"{kind}={key}.{_short(at)}" if at else f"{kind}={key}" for kind, key, at in sorted(kinds)]
        keys += [f"x={key}.{_short(at)}" for key, at in sorted(self.dismissed.items())]
        seen = [f"s={key}" for key in sorted(self.seen)]
        run = [f"run={_short(self.under_way.since)}.{self.under_way.run}"] if self.under_way else []
        password = _short(self.password) if self.has_password_under_way else self.password
        return "/".join([*keys, *seen, *run, *([f"p={password}"] if password else [])])


NO_MARK = KeysMark()


def read_mark(text: str) -> KeysMark:
    """The inverse of `str`. What is not understood is left out: a key that no mark calls delivered is left alone."""
    pairs = [(name, value) for name, _, value in (token.partition("=") for token in text.split("/"))]
    unproven = dict(pair for name, value in pairs if name == "n" and (pair := _key(value)))
    delivered = unproven | dict(pair for name, value in pairs if name == "k" and (pair := _key(value)))
    dismissed = dict(pair for name, value in pairs if name == "x" and (pair := _key(value)) and pair[1])
    runs = [found for name, value in pairs if name == "run" and (found := _under_way(value))]
    passwords = [word for name, value in pairs if name == "p" and (word := _password(value))]
    return KeysMark(
        delivered,
        dismissed,
        frozenset(value for name, value in pairs if name == "s" and _KEY_ID.fullmatch(value)),
        next(iter(runs), None),
        next(iter(passwords), ""),
        frozenset(unproven),
    )


def _key(value: str) -> tuple[str, str] | None:
    key_id, _, at = value.partition(".")
    return (key_id, _long(at)) if _KEY_ID.fullmatch(key_id) else None


def _under_way(value: str) -> UnderWay | None:
    since, _, run = value.partition(".")
    return UnderWay(_long(since), run) if _long(since) else None


def _password(value: str) -> str:
    return value if value in ("set", "reset") else _long(value)


def _short(text: str) -> str:
    """`20260131080000` of a stamp."""
    return re.sub(r"[^0-9]", "", text)


def _long(text: str) -> str:
    try:
        return stamp(datetime.strptime(text, _SHORT).replace(tzinfo=UTC))
    except ValueError:
        return ""


def _is_of(created: str, since: str) -> bool:
    """Whether something created then may come from what began `since`. What has no date is taken for older."""
    made, began = read_stamp(created), read_stamp(since)
    return made is not None and began is not None and began - SKEW <= made <= began + WINDOW + SKEW
