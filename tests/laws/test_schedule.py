"""Laws of the schedule and of apply."""

from __future__ import annotations

import random
from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from ramstack.account.reader import read_account
from ramstack.account.scope import scope_of_stacks
from ramstack.model.call import AddUserToGroup, AttachPolicy, DetachPolicy, RemoveUserFromGroup
from ramstack.planning.plan import Request, make_plan
from ramstack.planning.schedule import schedule
from tests.converge import NOW, carry_out, plan_of
from tests.memory import MemoryGateway
from tests.strategies import accounts, stacks

EVERYTHING = Request(NOW, allowed={"in-use": None, "takeover": None})


@given(stacks(), accounts())
def test_every_change_is_covered_and_needs_point_back(stack: object, account: MemoryGateway) -> None:
    """Each change costs a call, no call covers what did not change, and nothing waits for what leaves later."""
    live = read_account(account, scope_of_stacks([stack]))
    plan = make_plan([stack], live, EVERYTHING)
    batches = schedule(plan.changes, live)
    steps = [step for batch in batches for step in batch.steps]
    assert {a for step in steps for a in step.covers} == {c.address for c in plan.changes}
    assert [step.id for step in steps] == list(range(len(steps)))
    assert all(need < step.id for step in steps for need in step.needs)


@given(stacks(), accounts())
def test_a_batch_holds_up_to_five_steps_that_do_not_need_each_other(
    stack: object, account: MemoryGateway
) -> None:
    """What leaves together is independent; attachments are five a batch until the last one."""
    live = read_account(account, scope_of_stacks([stack]))
    batches = schedule(make_plan([stack], live, EVERYTHING).changes, live)
    for batch in batches:
        ids = {step.id for step in batch.steps}
        assert 1 <= len(batch.steps) <= 5
        assert not any(step.needs & ids for step in batch.steps)
    attaching = [len(batch.steps) for batch in batches if batch.phase == "attach"]
    assert all(size == 5 for size in attaching[:-1])


@given(stacks(), accounts(), st.integers(0, 2**32))
def test_one_outcome_for_every_change_whatever_fails(
    stack: object, account: MemoryGateway, seed: int
) -> None:
    """With any calls refused, every change has exactly one outcome, and what was skipped names a change that was not done."""
    chance = random.Random(seed)
    plan = plan_of([stack], account, EVERYTHING)
    account.fails = lambda call: chance.random() < 0.3
    outcomes = carry_out(plan, [stack], account)
    assert sorted(o.change.address for o in outcomes) == sorted(c.address for c in plan.changes)
    undone = {o.change.address for o in outcomes if o.status != "done"}
    assert all(o.caused_by in undone for o in outcomes if o.status == "skipped")
    assert all(o.fault for o in outcomes if o.status == "failed")


@given(stacks(), accounts(), st.integers(0, 2**32))
def test_after_any_failure_the_next_run_ends_where_the_first_would_have(
    stack: object, account: MemoryGateway, seed: int
) -> None:
    """A run with refused calls leaves nothing behind that a run without them cannot finish."""
    chance = random.Random(seed)
    account.fails = lambda call: chance.random() < 0.3
    carry_out(plan_of([stack], account, EVERYTHING), [stack], account)
    account.fails = None
    plan = plan_of([stack], account, EVERYTHING)
    assert {o.status for o in carry_out(plan, [stack], account)} <= {"done"}
    assert plan_of([stack], account, EVERYTHING).changes == ()


@given(stacks(), accounts(), st.integers(0, 2**32))
def test_a_failed_grant_keeps_the_old_rights(stack: object, account: MemoryGateway, seed: int) -> None:
    """When something that gives to a principal is refused, nothing is taken from it that had not made room before."""
    chance = random.Random(seed)
    plan = plan_of([stack], account, EVERYTHING)
    giving = (AttachPolicy, AddUserToGroup)
    account.fails = lambda call: isinstance(call, giving) and chance.random() < 0.5
    outcomes = carry_out(plan, [stack], account)
    poor = {
        o.change.address.root
        for o in outcomes
        if o.status != "done"
        and o.change.action == "create"
        and o.change.address.kind in ("attachment", "membership")
    }
    taken = {("user", call.user) for call in account.calls if isinstance(call, RemoveUserFromGroup)}
    taken |= {(call.kind, call.principal) for call in account.calls if isinstance(call, DetachPolicy)}
    assert not {root.parts for root in poor} & taken


@given(stacks(), accounts())
def test_two_runs_of_one_plan_issue_the_same_calls_in_the_same_order(
    stack: object, account: MemoryGateway
) -> None:
    """Turns are asked for in the order of the schedule, whatever the replies do."""
    plan = plan_of([stack], account, EVERYTHING)
    issued = []
    for held in (deepcopy(account), deepcopy(account)):
        carry_out(plan, [stack], held)
        issued.append(held.turns)
    assert issued[0] == issued[1]
    assert len(issued[0]) == len(set(issued[0]))
