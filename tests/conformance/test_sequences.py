"""Desired states applied one after another through SDK and HTTP: after each, the second plan is empty.

A sequence is a folder of stacks in order of name; the account starts empty and keeps what the state before left.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from ramstack.account.applier import apply
from ramstack.account.performer import Performer
from ramstack.account.reader import read_account
from ramstack.account.scope import scope_of_stacks
from ramstack.emulator import EmbeddedAccount
from ramstack.gateway.connection import Gateway, connect
from ramstack.gateway.credentials import fixed
from ramstack.model.limits import Rates
from ramstack.model.stack import Stack
from ramstack.planning.plan import Request, make_plan
from ramstack.planning.schedule import schedule
from ramstack.stackfile import load_stacks
from tests.converge import NOW
from tests.strategies import stacks

SEQUENCES = Path(__file__).resolve().parents[1] / "cases" / "sequences"
EVERYTHING = Request(NOW, allowed={"in-use": None, "takeover": None})


@pytest.fixture(name="gateway", scope="module")
def _gateway():
    with EmbeddedAccount() as account:
        pair = fixed(account.access_key_id, account.access_key_secret)
        with connect(pair, endpoint=account.endpoint, rates=Rates(1000)) as gateway:
            yield gateway


@pytest.mark.parametrize("sequence", sorted(path.name for path in SEQUENCES.iterdir()))
def test_sequence(sequence: str) -> None:
    """Every state of the sequence is reached from the one before."""
    with EmbeddedAccount() as account:
        pair = fixed(account.access_key_id, account.access_key_secret)
        with connect(pair, endpoint=account.endpoint, rates=Rates(1000)) as gateway:
            for state in sorted((SEQUENCES / sequence).glob("*.yaml")):
                converge(gateway, load_stacks([state]))


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(first=stacks(), second=stacks())
def test_generated_states_converge_over_the_wire(gateway: Gateway, first: Stack, second: Stack) -> None:
    """Any wish, then any other of the same stack, is reached through the real SDK."""
    converge(gateway, [first])
    converge(gateway, [second])


def converge(gateway: Gateway, wanted: list[Stack] | tuple[Stack, ...]) -> None:
    live = read_account(gateway.reader, scope_of_stacks(wanted))
    plan = make_plan(wanted, live, EVERYTHING)
    assert plan.errors == ()
    outcomes = list(
        apply(schedule(plan.changes, live), plan.changes, Performer(gateway.writer(), gateway.reader))
    )
    assert {outcome.status for outcome in outcomes} <= {"done"}, [o for o in outcomes if o.status != "done"]
    assert make_plan(wanted, read_account(gateway.reader, scope_of_stacks(wanted)), EVERYTHING).changes == ()
