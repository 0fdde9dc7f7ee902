"""Typed values: what a text stands for under an operator. None where it stands for nothing of that type."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network

from ramstack.policy.vocabulary import ValueType

Network = IPv4Network | IPv6Network

_BLOCK = re.compile(r"[0-9A-Fa-f:.]+(/[0-9]{1,3})?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)


@lru_cache(maxsize=4096)
def read_network(text: str) -> Network | None:
    """An address or CIDR block, IPv4 or IPv6; set host bits are dropped, as the service is taken to do.

    Masks such as ``/255.255.255.0`` and zones such as ``%eth0`` are documented nowhere.
    """
    try:
        return ip_network(text, strict=False) if _BLOCK.fullmatch(text) else None
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def read_instant(text: str) -> datetime | None:
    """An instant of ISO 8601; without a zone it is taken as UTC (a rule of the linter asks for one)."""
    if not _DATE.fullmatch(text):
        return None
    try:
        instant = datetime.fromisoformat(text)
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):  # beyond the years 1 to 9999 in UTC
        return None


@lru_cache(maxsize=4096)
def read_number(text: str) -> Decimal | None:
    """A plain decimal number, compared exactly."""
    try:
        return Decimal(text) if _NUMBER.fullmatch(text) else None
    except InvalidOperation:
        return None


def read_boolean(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.lower())


def flaw_of(value_type: ValueType, text: str) -> str | None:
    """What is wrong with a text as a value of a type, as the end of a sentence; None where nothing is."""
    match value_type:
        case ValueType.STRING:
            return None
        case ValueType.NUMBER:
            return None if read_number(text) is not None else "is not a number."
        case ValueType.BOOLEAN:
            return None if read_boolean(text) is not None else 'is neither "true" nor "false".'
        case ValueType.DATE:
            return None if read_instant(text) else "is not a date such as 2026-01-31T23:59:59Z."
        case ValueType.IP:
            return None if read_network(text) else _address_flaw(text)


def _address_flaw(text: str) -> str:
    if "-" in text:
        return "is a range of addresses; write CIDR blocks."
    return "is not an IP address or CIDR block."
