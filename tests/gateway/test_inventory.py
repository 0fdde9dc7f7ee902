"""The credential report: whole or not at all."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.gateway.inventory import read_report
from ramstack.model.errors import GatewayError

HEADER = "user,mfa_active,password_exist,password_active,password_last_changed,user_last_logon"
KEY = "exist,active,last_rotated,last_used"
COLUMNS = ",".join([HEADER, *(f"access_key_{n}_{fact}" for n in (1, 2) for fact in KEY.split(","))])
ALICE = "alice@1.onaliyun.com,TRUE,FALSE,FALSE,-,-,TRUE,TRUE,2026-01-02T03:04:05Z,N/A,FALSE,FALSE,-,-"


def test_a_line_is_a_user() -> None:
    """Without the domain; what was never used has no date, in whatever words."""
    (alice,) = read_report(f"{COLUMNS}\n{ALICE}")
    (key,) = alice.keys
    assert (alice.user, alice.has_mfa, alice.logon) == ("alice", True, None)
    assert (key.slot, key.is_active, str(key.created), key.last_used) == (
        1,
        True,
        "2026-01-02 03:04:05+00:00",
        None,
    )


def test_further_keys_are_taken_as_they_come() -> None:
    more = ",".join(f"additional_access_key_1_{fact}" for fact in KEY.split(","))
    line = f"{ALICE},TRUE,FALSE,2026-01-02T03:04:05Z,-"
    (alice,) = read_report(f"{COLUMNS},{more}\n{line}")
    assert [(key.slot, key.is_active) for key in alice.keys] == [(1, True), (3, False)]


def test_names_of_columns_may_come_again() -> None:
    """At the beginning of every page."""
    assert len(list(read_report(f"{COLUMNS}\n{ALICE}\n" * 2))) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>",
        f"{COLUMNS}\nalice",
        f"{COLUMNS}\n" + ALICE.replace("TRUE", "perhaps"),
        f"{COLUMNS}\n" + ALICE.replace("2026-01", "2026-13"),
        f"{COLUMNS}\n" + ALICE.replace("alice@1.onaliyun.com", ""),
        f"{COLUMNS}\n{ALICE},one more",
        f'{COLUMNS}\n"alice',
        COLUMNS.replace("mfa_active", "mfa") + f"\n{ALICE}",
    ],
)
def test_what_is_not_understood_is_an_error(text: str) -> None:
    """Never a user less, or a user without credentials."""
    with pytest.raises(GatewayError):
        list(read_report(text))


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for report in (text, f"{COLUMNS}\n{text}"):
        with suppress(GatewayError):
            assert all(one.user for one in read_report(report))
