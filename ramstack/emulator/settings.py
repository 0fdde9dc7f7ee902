"""The switches of an embedded account: how it behaves, not what it holds."""

from dataclasses import dataclass, field
from datetime import timedelta

from ramstack.emulator.faults import Fault
from ramstack.emulator.rules import Quotas

QUOTA_MODES = ("off", "documented")


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
        if self.quota_scale <= 0:
            raise ValueError(f"quota_scale must be above 0, not {self.quota_scale}")
