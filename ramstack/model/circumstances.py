"""Circumstances of a request as people write them, in the words of the policy language."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_address


def context_of(address: str | None, moment: str | None, mfa: bool | None) -> dict[str, str]:
    """The condition keys that are given; others are not known. Raises ValueError for what is no address or time."""
    context = {}
    if address is not None:
        context["acs:SourceIp"] = str(ip_address(address))
    if moment is not None:
        context["acs:CurrentTime"] = _instant(moment)
    if mfa is not None:
        context["acs:MFAPresent"] = str(mfa).lower()
    return context


def _instant(text: str) -> str:
    """A time without a zone is UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a time such as 2026-01-31T08:00:00Z") from None
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return zoned.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
