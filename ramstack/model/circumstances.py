"""Circumstances of a request as people write them, in the words of the policy language."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address


def context_of(address: str | None, moment: str | None, mfa: bool | None) -> dict[str, str]:
    """The condition keys that are given; others are not known. Raises ValueError for what is no address or time."""
    context = {}
    if address is not None:
        context["acs:SourceIp"] = str(_address(address))
    if moment is not None:
        context["acs:CurrentTime"] = _instant(moment)
    if mfa is not None:
        context["acs:MFAPresent"] = str(mfa).lower()
    return context


def _address(text: str) -> IPv4Address | IPv6Address:
    """An IPv4 address is one also where IPv6 wraps it; a zone means something on one machine only."""
    address = ip_address(text)
    if isinstance(address, IPv4Address):
        return address
    if address.scope_id is not None:
        raise ValueError(f"{text!r} has a zone, which no service sees")
    return address.ipv4_mapped or address


def _instant(text: str) -> str:
    """A time without a zone is UTC."""
    try:
        moment = datetime.fromisoformat(text)
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return f"{zoned.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
    except (ValueError, OverflowError):  # beyond the years 1 to 9999 in UTC
        raise ValueError(f"{text!r} is not a time such as 2026-01-31T08:00:00Z") from None
