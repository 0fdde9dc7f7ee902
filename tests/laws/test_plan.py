"""Laws of planning, over generated stacks and generated accounts."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ramstack.account.reader import read_account
from ramstack.account.scope import scope_of_stacks
from ramstack.model.account import Account
from ramstack.model.limits import Rates
from ramstack.model.stack import ignores_tag
from ramstack.planning.diff import diff, patch
from ramstack.planning.plan import Request, declared_roots, make_plan
from ramstack.planning.planfile import plan_document, read_plan
from ramstack.planning.schedule import schedule
from tests.converge import NOW, carry_out, plan_of
from tests.memory import MemoryGateway
from tests.strategies import accounts, stacks

EVERYTHING = Request(NOW, allowed={"in-use": None, "takeover": None})


def live_of(account: MemoryGateway, *some: object) -> Account:
    return read_account(account, scope_of_stacks(some, whole=True))


@given(accounts(), accounts())
def test_patch_undoes_diff(one: MemoryGateway, other: MemoryGateway) -> None:
    """Whatever two accounts hold, applying their difference to the first gives the second."""
    before, after = live_of(one), live_of(other)
    assert patch(before, diff(before, after)).resources == after.resources
    assert diff(before, before) == ()


@given(stacks(), accounts())
def test_second_plan_is_empty(stack: object, account: MemoryGateway) -> None:
    """When every change was done, planning again finds nothing."""
    plan = plan_of([stack], account, EVERYTHING)
    outcomes = carry_out(plan, [stack], account)
    assert {o.status for o in outcomes} <= {"done"}
    assert plan_of([stack], account, EVERYTHING).changes == ()


@given(stacks(), stacks(), accounts())
def test_one_state_after_another_converges(first: object, second: object, account: MemoryGateway) -> None:
    """From any wish to any other of the same stack, every call is accepted and the plan ends empty."""
    for stack in (first, second, replace(first, users={}, groups={}, policies={}, roles={})):
        plan = plan_of([stack], account, EVERYTHING)
        assert {o.status for o in carry_out(plan, [stack], account)} <= {"done"}
        assert plan_of([stack], account, EVERYTHING).changes == ()


@given(stacks(), accounts())
def test_a_plan_never_holds_what_is_not_ours(stack: object, account: MemoryGateway) -> None:
    """Foreign users, tags, groups, policies and members, also of another repository's stack of the same name."""
    live = live_of(account, stack)
    plan = make_plan([stack], live, Request(NOW))
    staying = declared_roots(stack)
    for change in plan.changes:
        address = change.address
        assert live.owner_of(address) == stack.owner or address.root not in live
        if address.root in staying:
            wish = {"user": stack.users, "role": stack.roles}.get(address.root.kind, {}).get(address.name)
            assert address.kind != "tag" or not ignores_tag(address.tag_key, wish.ignore_tags)
            goes_with_its_policy = address.target.kind == "policy" and address.target not in staying
            assert address.kind != "attachment" or not address.resource_group or goes_with_its_policy


@given(stacks(), accounts())
def test_what_is_not_ours_is_untouched_by_apply(stack: object, account: MemoryGateway) -> None:
    """Every address whose root is not ours holds after apply what it held before."""
    before = live_of(account, stack)
    plan = make_plan([stack], before, Request(NOW))
    carry_out(plan, [stack], account)
    after = live_of(account, stack)
    foreign = [a for a, _ in before.roots() if before.owner_of(a) != stack.owner]
    for root in foreign:
        held = {a: r for a, r in before.resources.items() if a.root == root}
        assert held == {a: r for a, r in after.resources.items() if a.root == root}


@given(stacks(), accounts())
def test_names_that_are_not_ours_are_refused_by_name(stack: object, account: MemoryGateway) -> None:
    """Each declared name that exists without our mark is a rail that says so; with another's mark nothing lifts it."""
    live = live_of(account, stack)
    taken = {a for a in declared_roots(stack) if a in live and live.owner_of(a) != stack.owner}
    marked = {a for a in taken if live.owner_of(a)}
    refused = lambda plan: {p.address for p in plan.rails if p.rule in ("takeover", "foreign")}  # noqa: E731
    assert refused(make_plan([stack], live, Request(NOW))) == taken
    assert refused(make_plan([stack], live, EVERYTHING)) == marked


@given(stacks(), accounts())
def test_a_saved_plan_is_the_plan(stack: object, account: MemoryGateway) -> None:
    """Written as a document and read again, a plan is equal, and so is its document."""
    live = live_of(account, stack)
    plan = make_plan([stack], live, EVERYTHING)
    document = plan_document(plan, schedule(plan.changes, live), Rates())
    again = read_plan(json.dumps(document))
    assert again == plan
    assert plan_document(again, schedule(plan.changes, live), Rates()) == document


@given(stacks(), accounts())
def test_a_plan_is_stable(stack: object, account: MemoryGateway) -> None:
    """The same stack and the same account give the same plan and the same schedule."""
    first, second = (make_plan([stack], live_of(account, stack), EVERYTHING) for _ in range(2))
    assert first == second
    live = live_of(account, stack)
    assert schedule(first.changes, live) == schedule(second.changes, live)


@given(stacks(), stacks("other", "00000000"), accounts())
def test_two_stacks_in_one_run_equal_one_after_another(
    one: object, two: object, account: MemoryGateway
) -> None:
    """Stacks that declare different names converge together."""
    two = replace(two, users={}, groups={}, policies={})
    plan = plan_of([one, two], account, EVERYTHING)
    assert {o.status for o in carry_out(plan, [one, two], account)} <= {"done"}
    assert plan_of([one, two], account, EVERYTHING).changes == ()


@given(stacks(), accounts(), st.data())
def test_a_target_plans_it_and_what_it_needs(
    stack: object, account: MemoryGateway, data: st.DataObject
) -> None:
    """With --target, changes are a part of all changes: those of the target, and creations that these refer to.

    What would only go because something else leaves stays: that is not asked for.
    """
    live = live_of(account, stack)
    everything = make_plan([stack], live, EVERYTHING)
    if everything.changes:
        target = data.draw(st.sampled_from([c.address.root for c in everything.changes]))
        some = make_plan([stack], live, replace(EVERYTHING, targets=(target,)))
        assert set(some.changes) <= set(everything.changes)
        leaving = {c.address for c in everything.changes if c.address.is_root and c.action == "delete"}
        own = {c.address for c in everything.changes if c.address.root == target}
        assert {a for a in own if a.target not in leaving - {target}} <= {c.address for c in some.changes}
        needed = {c.address.target for c in some.changes if c.address.root == target} | {target}
        assert all(c.address.root in needed or c.address.target in needed for c in some.changes)


def test_a_pattern_of_tags_knows_two_signs() -> None:
    """A bracket in a key is a bracket: what `ignore_tags` says to the letter is never touched."""
    assert ignores_tag("x[1]", ["x[1]"])
    assert not ignores_tag("x1", ["x[1]"])
    assert ignores_tag("x[1]", ["x[*"])
