"""Laws of saved plans: whatever is changed in one is found, and no secret can get into one."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.account.reader import read_account
from ramstack.account.scope import scope_of_plan, scope_of_stacks
from ramstack.model.address import tag_address, user_address
from ramstack.model.change import Change
from ramstack.model.errors import DamagedPlan
from ramstack.model.limits import Rates
from ramstack.model.resource import Tag, User
from ramstack.model.secret import Secret
from ramstack.planning.movement import movements
from ramstack.planning.plan import make_plan
from ramstack.planning.planfile import digest_of, plan_document, read_plan
from ramstack.planning.schedule import schedule
from ramstack.planning.signature import signed
from tests.converge import carry_out
from tests.laws.test_plan import EVERYTHING
from tests.memory import MemoryGateway
from tests.strategies import accounts, stacks

KEY = b"sixteen bytes, or more"


def document_of(stack: object, account: MemoryGateway) -> dict[str, object]:
    live = read_account(account, scope_of_stacks([stack]))
    plan = make_plan([stack], live, EVERYTHING)
    return signed(plan_document(plan, schedule(plan.changes, live), Rates()), KEY)


@given(stacks(), accounts(), st.data())
def test_any_changed_byte_is_found(stack: object, account: MemoryGateway, data: st.DataObject) -> None:
    """One byte of the file is another: it is refused, or says exactly the same (white space, another way to write é)."""
    document = document_of(stack, account)
    raw = bytearray(json.dumps(document).encode())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] = data.draw(st.integers(0, 127).filter(lambda byte: byte != raw[place]))
    try:
        again = read_plan(raw.decode(), KEY)
    except DamagedPlan:
        return
    assert json.loads(raw) == document
    assert again == read_plan(json.dumps(document))


@given(stacks(), accounts(), st.data())
def test_any_changed_value_is_found_whatever_the_digest(
    stack: object, account: MemoryGateway, data: st.DataObject
) -> None:
    """A key taken out, put in or given another value, and a digest that fits: the signature does not."""
    document = document_of(stack, account)
    name = data.draw(st.sampled_from(sorted({*document} - {"digest"} | {"something new"})))
    value = data.draw(st.sampled_from([None, True, 0, "", [], {}, "hmac-sha256:" + "0" * 64]))
    edited = {**document, name: value}
    if data.draw(st.booleans()):
        edited.pop(name)
    if json.dumps(edited, sort_keys=True) == json.dumps(document, sort_keys=True):
        return
    edited["digest"] = digest_of(edited)
    with pytest.raises(DamagedPlan):
        read_plan(json.dumps(edited), KEY)


@given(stacks(), accounts(), st.binary(min_size=16).filter(lambda key: key != KEY))
def test_only_the_key_that_signed_verifies(stack: object, account: MemoryGateway, other: bytes) -> None:
    """With the key a document is what was signed; with any other it is refused."""
    text = json.dumps(document_of(stack, account))
    assert read_plan(text, KEY) == read_plan(text)
    with pytest.raises(DamagedPlan):
        read_plan(text, other)


@given(stacks(), stacks(), accounts())
def test_what_moved_is_what_differs(one: object, two: object, account: MemoryGateway) -> None:
    """A new plan holds; after the apply of another one, only what that one changed moved, and all that it did to roots of both.

    Who only leaves a group or loses a policy that is deleted may be anybody: of them the plan knows that edge alone.
    """
    plan = make_plan([one], read_account(account, scope_of_stacks([one])), EVERYTHING)
    assert movements(plan, read_account(account, scope_of_plan(plan))) == ()
    other = make_plan([two], read_account(account, scope_of_stacks([two])), EVERYTHING)
    carry_out(other, [two], account)
    moved = {one.address for one in movements(plan, read_account(account, scope_of_plan(plan)))}
    assert moved <= {str(change.address) for change in other.changes}
    leaving = {c.address for c in plan.changes if c.action == "delete"}
    roots = {c.address.root for c in plan.changes if c.address.is_root or c.address.target not in leaving}
    assert {str(c.address) for c in other.changes if c.address in roots} <= moved


@pytest.mark.parametrize("field", [f.name for f in fields(User) if f.compare and f.name != "name"])
def test_a_secret_cannot_get_into_a_plan(field: str) -> None:
    """Wherever a secret is put by mistake, the document is not made: it fails, and does not tell the secret."""
    alice, secret = user_address("alice"), Secret("hunter2-hunter2")
    hidden = replace(User("alice"), **{field: secret})
    changes = (Change(alice, None, hidden), Change(tag_address(alice, "a"), None, Tag(secret)))
    for change in changes:
        plan = make_plan([], read_account(MemoryGateway(), scope_of_stacks([])), EVERYTHING)
        with pytest.raises(TypeError) as raised:
            plan_document(replace(plan, changes=(change,)), (), Rates())
        assert "hunter2" not in str(raised.value)
