"""Delivered or revoked: what becomes of a credential, whatever fails on its way."""

from __future__ import annotations

from ramstack.model.owner import KEYS_TAG
from tests.deliveries import Office, console, keys, stack_of, told, user
from tests.memory import MemoryGateway

KEY, LOGON = "user/app/access-key/1", "user/app/console"


def test_a_key_is_delivered_and_noted() -> None:
    account = MemoryGateway()
    office = Office(account, account)
    stack = stack_of(user(keys=keys()))
    outcomes = office.run(stack)
    assert told(outcomes) == {"user/app": "done", KEY: "done"}
    (key,) = account.keys_["app"]
    assert office.sink.keys == {key.id: account.secrets_[key.id]}
    assert account.users_["app"].tags[KEYS_TAG] == f"k={key.id}"
    (outcome,) = (o for o in outcomes if o.key_id)
    assert (outcome.key_id, outcome.sink) == (key.id, "mail")
    assert office.plan(stack).changes == ()


def test_a_password_is_delivered_and_noted() -> None:
    account = MemoryGateway()
    office = Office(account, account)
    stack = stack_of(user(console=console(reset_required=True, mfa_required=True)))
    assert set(told(office.run(stack)).values()) == {"done"}
    assert office.sink.passwords == {"app": account.secrets_["app"]}
    assert account.users_["app"].tags[KEYS_TAG] == "p=reset"
    assert (account.logons_["app"].reset_required, account.logons_["app"].mfa_required) == (True, True)
    assert office.plan(stack).changes == ()
