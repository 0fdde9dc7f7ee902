"""Circumstances as people write them: one word for each, and a plain no to what is none."""

from __future__ import annotations

import pytest

from ramstack.model.circumstances import context_of


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:DB8::0:1", "2001:db8::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_an_address_is_written_one_way(written: str, address: str) -> None:
    """An IPv4 address that IPv6 wraps is still that address, so no block and no "not from" is evaded by it."""
    assert context_of(written, None, None) == {"acs:SourceIp": address}


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-01-31", "2026-01-31T00:00:00Z"),
        ("2026-01-31T08:00:00+08:00", "2026-01-31T00:00:00Z"),
        ("2026-01-31T08:00:00.999", "2026-01-31T08:00:00Z"),
        ("0099-01-01", "0099-01-01T00:00:00Z"),
    ],
)
def test_a_time_is_an_instant_of_utc(written: str, moment: str) -> None:
    """Without a zone it is UTC, and the year has four digits."""
    assert context_of(None, written, None) == {"acs:CurrentTime": moment}


@pytest.mark.parametrize("address", ["office", "999.1.1.1", "10.0.0.0/8", "fe80::1%eth0", ""])
def test_what_is_no_address_is_refused(address: str) -> None:
    """A name, a block, an address of one machine."""
    with pytest.raises(ValueError, match=r"address|zone"):
        context_of(address, None, None)


@pytest.mark.parametrize(
    "moment", ["noon", "2026-13-01", "", "0001-01-01T00:00:00+10:00", "9999-12-31T23:00:00-10:00"]
)
def test_what_is_no_time_is_refused(moment: str) -> None:
    """Also what lies beyond the years that UTC can write."""
    with pytest.raises(ValueError, match="is not a time"):
        context_of(None, moment, None)
