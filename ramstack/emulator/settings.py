"""The switches of an embedded account: how it behaves, not what it holds."""

from dataclasses import dataclass, field
from datetime import timedelta
from math import inf

from ramstack.emulator.faults import Fault
from ramstack.emulator.rules import Quotas

QUOTA_MODES = ("off", "documented")
FARTHEST = timedelta(days=3660)


@dataclass(frozen=True)
class Settings:
    """Everything off: an account that answers at once, never throttles, and never fails.

    ``quota`` turns the documented rates on, ``quota_scale`` multiplies them. ``latency_ms`` delays every reply.
    ``stale_ms`` lets reads lag behind writes by up to that long (writes check against what is true now). ``date_offset`` puts the
    service's date ahead (or back), for what takes days; signatures are judged by the true time. ``list_users_tags`` tells whether IMS ``ListUsers``
    fills ``Tags`` when no tag filter is given (not established for the live service).
    """

    quota: str = "off"
    quota_scale: float = 1.0
    latency_ms: float = 0.0
    stale_ms: float = 0.0
    date_offset: timedelta = timedelta(0)
    list_users_tags: bool = True
    faults: tuple[Fault, ...] = ()
    limits: Quotas = field(default_factory=Quotas)

    def __post_init__(self) -> None:
        if self.quota not in QUOTA_MODES:
            raise ValueError(f"quota must be one of {', '.join(QUOTA_MODES)}, not {self.quota!r}")
        if not 0 < self.quota_scale < inf:
            raise ValueError(f"quota_scale must be above 0, not {self.quota_scale}")
        if not (0 <= self.latency_ms < inf and 0 <= self.stale_ms < inf):
            raise ValueError("latency_ms and stale_ms must be 0 or more, and not endless")
        if abs(self.date_offset) > FARTHEST:
            raise ValueError(f"date_offset must be at most {FARTHEST.days} days either way")
