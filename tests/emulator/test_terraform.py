"""Real requests of the Terraform provider, replayed with the clock at their time."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from ramstack.emulator import EmbeddedAccount, Key

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("RAMSTACK_SHARED", ROOT.parent / "shared"))
CASES = SHARED / "cases" / "wire-terraform.jsonl"

VERBS = (
    "Create",
    "CreateAccessKey",
    "CreateLoginProfile",
    "Add",
    "Attach",
    "Update",
    "Get",
    "List",
    "Remove",
    "Detach",
    "Unbind",
    "Delete",
)
"""Within a second the capture is not in order; this is the order in which the provider works."""

LAST = ("DeleteUser", "DeleteGroup", "DeletePolicy", "DeleteRole", "GetRole")


def _order(case: dict) -> tuple[object, ...]:
    action, moment = case["action"], parse_qs(urlsplit(case["target"]).query)["Timestamp"][0]
    is_last = action in LAST and moment.endswith(":15Z")
    verb = max(number for number, verb in enumerate(VERBS) if action.startswith(verb))
    rank = (1, LAST.index(action)) if is_last else (0, verb)
    return (moment, *rank, case["status"])


@pytest.fixture
def cases() -> list[dict]:
    if not CASES.exists():
        pytest.skip(f"the recorded requests are not here: {CASES}")
    return sorted((json.loads(line) for line in CASES.read_text("utf-8").splitlines()), key=_order)


@pytest.fixture
def recorded() -> Iterator[EmbeddedAccount]:
    """An account with the recording's key and clock."""

    def clock() -> datetime:
        return datetime(2026, 11, 23, 17, 24, 12, tzinfo=UTC)

    with EmbeddedAccount(clock=clock, root_key=Key("testid", "testsecret")) as account:
        yield account


def test_the_provider_gets_what_it_got(cases: list[dict], recorded: EmbeddedAccount):
    """Every recorded request gets the status and code that it got when it was recorded."""
    session = requests.Session()
    session.trust_env = False
    for case in cases:
        if case["action"] == "DeleteAccessKey":
            _rename_key(recorded, case["body"])
        headers = {name: value for name, value in case["headers"] if name != "Host"}
        url = f"{recorded.endpoint}{case['target']}"
        reply = session.request(case["method"], url, headers=headers, data=case["body"], timeout=10)
        assert (reply.status_code, reply.json().get("Code")) == (case["status"], case["code"]), case["action"]
    session.close()
    assert not any(recorded.state().values())


def _rename_key(account: EmbeddedAccount, body: str) -> None:
    """The key that the recording deletes had an id which this account cannot guess."""
    with account.world.turn() as store:
        store.run(
            "UPDATE access_keys SET AccessKeyId = ? WHERE user IS NOT NULL",
            parse_qs(body)["UserAccessKeyId"][0],
        )
