"""Rails: each refuses, says why, and is lifted by its own name up to its own number."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.account.reader import read_account
from ramstack.account.scope import scope_of_stacks
from ramstack.cli.flow import understand
from ramstack.model.address import PolicyRef
from ramstack.model.change import Plan
from ramstack.model.problem import Origin
from ramstack.model.rails import RailLimits
from ramstack.model.stack import PolicyName, RoleWish, Sited, Stack, UserWish
from ramstack.model.trust import Trust
from ramstack.planning.plan import Request, make_plan
from tests.converge import REQUEST
from tests.memory import SYSTEM, AttachmentRow, MemoryGateway, MemoryRole, MemoryUser

HERE = Origin("stacks/x.yaml", 3, 5)
OWNED = {"ramstack:stack": "media.3f9a2c1b"}
ADMIN = PolicyRef("system", "AdministratorAccess")
limits = st.builds(
    RailLimits,
    st.none() | st.integers(0, 9),
    st.none() | st.integers(0, 100),
    st.lists(st.sampled_from(["a*", "user/b"]), max_size=2).map(tuple),
    st.none() | st.integers(0, 3),
)


def crowd(count: int, *policies: str) -> MemoryGateway:
    names = [f"u{n:02}" for n in range(count)]
    account = MemoryGateway(
        users_={name: MemoryUser(str(n), name, tags=dict(OWNED)) for n, name in enumerate(names)}
    )
    account.grants_ = {
        AttachmentRow("user", name, PolicyRef("system", p)) for name in names for p in policies
    }
    return account


def stack_of(*users: str, policies: tuple[str, ...] | None = None, rails: RailLimits | None = None) -> Stack:
    wished = None if policies is None else tuple(Sited(PolicyName(p), HERE) for p in policies)
    wishes = {name: UserWish(name, HERE, policies=wished) for name in users}
    return Stack("media", "3f9a2c1b", users=wishes, rails=rails or RailLimits())


def plan_of(account: MemoryGateway, stack: Stack, request: Request = REQUEST) -> Plan:
    live = read_account(account, scope_of_stacks([stack]))
    return understand(account, make_plan([stack], live, request), live, request, [stack])[0]


def stands(plan: Plan) -> set[str]:
    return {problem.rule for problem in plan.rails}


CASES = {
    "max-deletes": (crowd(3, SYSTEM[1]), stack_of(rails=RailLimits(max_deletes=2)), 3),
    "max-delete-percent": (
        crowd(12),
        stack_of(*(f"u{n:02}" for n in range(8)), rails=RailLimits(max_delete_percent=30)),
        34,
    ),
    "protected": (
        crowd(2, SYSTEM[1]),
        stack_of("u00", policies=(), rails=RailLimits(protected=("u0*",))),
        2,
    ),
    "admin-grant": (crowd(2), stack_of("u00", "u01", policies=("AdministratorAccess",)), 2),
    "min-admins": (
        crowd(2, "AdministratorAccess"),
        stack_of("u00", "u01", policies=(), rails=RailLimits(min_admins=1)),
        1,
    ),
}


@pytest.mark.parametrize("rail", CASES)
def test_a_rail_stands_until_it_is_lifted_by_name_and_number(rail: str) -> None:
    account, stack, size = CASES[rail]
    assert stands(plan_of(account, stack)) == {rail}
    enough, short = ({rail: size}, {rail: size - 1})
    assert not stands(plan_of(account, stack, replace(REQUEST, allowed=enough)))
    assert not stands(plan_of(account, stack, replace(REQUEST, allowed={rail: None})))
    assert stands(plan_of(account, stack, replace(REQUEST, allowed=short))) == {rail}
    (told, *_) = plan_of(account, stack).rails
    assert f"--allow {rail}" in told.detail


def test_who_runs_a_plan_is_not_to_lose_rights_by_it() -> None:
    """The memory's caller is the account itself; as the user u00 it would be taken from itself."""
    account = crowd(2, SYSTEM[1])
    caller = account.caller()
    account.caller = lambda: replace(caller, arn=f"acs:ram::{caller.account}:user/u00")
    stack = stack_of("u00", "u01", policies=())
    assert stands(plan_of(account, stack)) == {"self"}
    assert stands(plan_of(account, stack_of("u01"))) == {"self"}
    assert not stands(plan_of(account, stack, replace(REQUEST, allowed={"self": None})))
    assert not stands(plan_of(account, stack_of("u00", policies=(SYSTEM[1],))))


@pytest.mark.parametrize(
    ("accounts", "rails"), [(("1", "2"), set()), (("1",), {"self"}), (("1", "2", "3"), set())]
)
def test_who_runs_a_plan_is_not_to_be_kept_out_by_it(accounts: tuple[str, ...], rails: set[str]) -> None:
    """A session of a role that fewer may assume afterwards might be its last; for another role it does not matter."""
    held = Trust(accounts=("1", "2")).document_in("1").text
    account = MemoryGateway(roles_={"deploy": MemoryRole(held, tags=dict(OWNED))})
    caller = account.caller()
    stack = replace(stack_of(), roles={"deploy": RoleWish("deploy", HERE, Trust(accounts=accounts))})
    assert not stands(plan_of(account, stack))
    account.caller = lambda: replace(caller, arn=f"acs:ram::{caller.account}:assumed-role/deploy/ci")
    assert stands(plan_of(account, stack)) == rails


def test_what_goes_with_its_user_is_not_counted_again() -> None:
    """Three users with two policies each are three deletions."""
    plan = plan_of(crowd(3, *SYSTEM[1:3]), stack_of(rails=RailLimits(max_deletes=3)))
    assert (stands(plan), plan.count("delete") > 3) == (set(), True)


def test_few_objects_have_no_percentage() -> None:
    assert not stands(plan_of(crowd(9), stack_of(rails=RailLimits(max_delete_percent=1))))
    assert stands(plan_of(crowd(10), stack_of(rails=RailLimits(max_delete_percent=1)))) == {
        "max-delete-percent"
    }


def test_a_stack_cannot_widen_the_floor() -> None:
    """The floor holds, and that the stack is looser is told."""
    stack = stack_of("u00", "u01", policies=(), rails=RailLimits(max_deletes=9))
    plan = plan_of(crowd(2, SYSTEM[1]), stack, replace(REQUEST, floor=RailLimits(max_deletes=1)))
    assert stands(plan) == {"max-deletes"}
    assert [p.rule for p in plan.problems] == ["rail-loosened"]


@given(limits, limits)
def test_the_stricter_of_two_limits_holds(one: RailLimits, other: RailLimits) -> None:
    """Neither order nor repetition counts, and nothing is looser than either."""
    both = one & other
    assert replace(both, protected=()) == replace(other & one, protected=())
    assert set(both.protected) == set((other & one).protected)
    assert (both & one, list(both.looser_than(one)), list(both.looser_than(other))) == (both, [], [])
