"""Holder: who holds a lock, since when and until when, as the account keeps it and as a person reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

RUN_ID = re.compile(r"[0-9a-f]{8,32}")

_LONGEST = {"caller": 200, "host": 80, "pipeline": 300, "process": 120}
_BREAKS_OUT = re.compile(
    r"[^\w !#-\[\]-~]"
)  # control characters, quotes, backslashes: nothing that JSON would escape


@dataclass(frozen=True, slots=True)
class Runner:
    """Who runs ramstack. `process` tells whether it still lives, on the machine where it lives; empty where unknown."""

    run: str
    caller: str = ""
    host: str = ""
    pipeline: str = ""
    process: str = ""

    def holder(self, now: datetime, ttl: timedelta) -> Holder:
        """As the holder of a lock from `now` on."""
        return Holder(self, now, now + ttl)


@dataclass(frozen=True, slots=True)
class Holder:
    """A runner with a lock. Expiry counts wall clock, UTC."""

    runner: Runner
    since: datetime
    until: datetime

    @property
    def run(self) -> str:
        return self.runner.run

    @property
    def is_readable(self) -> bool:
        return bool(self.run)

    @property
    def text(self) -> str:
        """What the account keeps: JSON of at most 1,024 characters, whatever the environment said."""
        times = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        record = {"ramstack_lock": 1, "run": self.run, **times, **_short(asdict(self.runner))}
        return json.dumps(record, ensure_ascii=False)

    def is_older_than(self, other: Holder) -> bool:
        return self.since < other.since

    def __str__(self) -> str:
        """In words: who, where from, since when, until when."""
        if not self.is_readable:
            return "something that ramstack did not write and that never expires by itself"
        who = f"run {self.run}" + (f" of {self.runner.caller}" if self.runner.caller else "")
        where = f" on {self.runner.host}" if self.runner.host else ""
        pipeline = f" ({self.runner.pipeline})" if self.runner.pipeline else ""
        return f"{who}{where}{pipeline}, since {_moment(self.since)}, until {_moment(self.until)}"


_NEVER = datetime.max.replace(tzinfo=UTC)
UNREADABLE = Holder(Runner(""), _NEVER, _NEVER)
"""Whoever wrote a description that is not a holder's: nothing may be concluded, so it is never over and never old."""


def read_holder(text: str) -> Holder:
    """The inverse of `Holder.text`; for any other text UNREADABLE. What it holds is safe to print."""
    try:
        record = json.loads(text)
        since, until = (datetime.fromisoformat(record[name]).astimezone(UTC) for name in ("since", "until"))
        run = str(record["run"])
        who = _short(record)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return UNREADABLE
    return Holder(Runner(run, **who), since, until) if RUN_ID.fullmatch(run) else UNREADABLE


def _short(record: Mapping[str, object]) -> dict[str, str]:
    return {name: _tame(str(record.get(name, ""))[:room]) for name, room in _LONGEST.items()}


def _tame(text: str) -> str:
    """Nothing that breaks out of a line, nor what JSON would write longer than it is."""
    return "".join(c if c.isprintable() and c not in '"\\' else "?" for c in text)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
