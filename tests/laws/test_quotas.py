"""Laws of quotas: what the plan calls fine fits, on the way there too; and each quota is refused with its numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.account.reader import read_account
from ramstack.account.scope import scope_of_stacks
from ramstack.model.address import role_address
from ramstack.model.credential import KeysWish
from ramstack.model.problem import Problem
from ramstack.model.quotas import DOCUMENTED
from ramstack.model.stack import GroupWish, PolicyName, PolicyWish, RoleWish, Sited, Stack, UserWish
from ramstack.model.trust import Trust
from ramstack.planning.adoption import Marks
from ramstack.planning.hazards import OVER_QUOTA
from ramstack.planning.plan import Request, make_plan, plan_marks
from ramstack.policy import parse_document
from tests.converge import NOW, carry_out, plan_of
from tests.memory import SYSTEM, AttachmentRow, MemoryGateway, MemoryPolicy, MemoryRole, MemoryUser, PolicyRef
from tests.strategies import HERE, accounts, stacks

EVERYTHING = Request(NOW, allowed={"in-use": None, "takeover": None})
MINE = {"ramstack:stack": "media.3f9a2c1b"}
SMALL = {name: st.integers(1, 5) for name in DOCUMENTED if name != "VersionsPerPolicyQuota"} | {
    "VersionsPerPolicyQuota": st.integers(5, 7),
    "TagsQuota": st.integers(4, 9),
    "PolicySizeQuota": st.integers(90, 200),
}


@given(stacks(), accounts(), st.fixed_dictionaries({}, optional=SMALL))
def test_what_the_plan_calls_fine_fits(stack: Stack, account: MemoryGateway, quotas: dict[str, int]) -> None:
    """Whatever little an account may hold: a plan without this problem meets no quota, in the middle neither."""
    account.quotas_ = quotas
    plan = plan_of([stack], account, EVERYTHING)
    if not over(plan.problems):
        assert {outcome.status for outcome in carry_out(plan, [stack], account)} <= {"done"}


def over(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.detail for problem in problems if problem.rule == OVER_QUOTA]


def sited(*values: object) -> tuple[Sited, ...]:
    return tuple(Sited(value, HERE) for value in values)


def stack_of(**parts: object) -> Stack:
    return replace(Stack("media", "3f9a2c1b", "", HERE, {}, {}, {}), **parts)


def one_user(**wish: object) -> Stack:
    return stack_of(users={"alice": replace(UserWish("alice", HERE), **wish)})


def held(kind: str, *names: str) -> MemoryGateway:
    """Alice, ours, has these policies of one kind."""
    return MemoryGateway(
        users_={"alice": MemoryUser("1", tags=dict(MINE))},
        policies_={name: MemoryPolicy() for name in names if kind == "custom"},
        grants_={AttachmentRow("user", "alice", PolicyRef(kind, name)) for name in names},
    )


CUSTOM = [f"p{n}" for n in range(11)]
OURS = MemoryUser("1", tags=dict(MINE))
TRUST = Trust(services=("ecs.aliyuncs.com",))
WORKER = RoleWish("worker", HERE, TRUST)
KEYS = KeysWish(HERE, 2, deliver="vault")
TAGS = {f"t{n}": Sited("", HERE) for n in range(9)}
GRANTS = {
    "custom policies": ("AttachedPoliciesPer{}Quota", sited(*(PolicyName(n, "custom") for n in CUSTOM[:2]))),
    "system policies": (
        "AttachedSystemPoliciesPer{}Quota",
        sited(*(PolicyName(n, "system") for n in SYSTEM[:2])),
    ),
}


def two_policies(holder: str, what: str) -> tuple[Stack, MemoryGateway, str]:
    """Two of a kind for a group or a role that may have one of them, and more of the other."""
    quota, policies = GRANTS[what]
    blocks = {
        "group": {"groups": {"x": GroupWish("x", HERE, policies=policies)}},
        "role": {"roles": {"x": replace(WORKER, name="x", policies=policies)}},
    }
    account = MemoryGateway(
        policies_={name: MemoryPolicy() for name in CUSTOM}, quotas_={quota.format(holder.title()): 1}
    )
    return stack_of(**blocks[holder]), account, f"{holder}/x has 0 {what}, would have 2 of at most 1."


REFUSED = {
    "users": (
        one_user(),
        MemoryGateway(users_={f"u{n}": MemoryUser(str(n)) for n in range(3)}, quotas_={"UsersQuota": 3}),
        "The account has 3 users, would have 4 of at most 3.",
    ),
    "users, before one leaves": (
        one_user(),
        MemoryGateway(users_={"old": OURS}, quotas_={"UsersQuota": 1}),
        "The account has 1 users, would have 2 of at most 1 until what leaves is deleted.",
    ),
    "kept policies count": (
        one_user(policies=sited(PolicyName("p10", "custom")), additive=True),
        replace(
            held("custom", *CUSTOM[:10]),
            policies_={name: MemoryPolicy() for name in CUSTOM},
            quotas_={"AttachedPoliciesPerUserQuota": 10},
        ),
        "user/alice has 10 custom policies, would have 11 of at most 10.",
    ),
    "fewer than it has, and still too many": (
        one_user(policies=sited(*(PolicyName(name, "system") for name in SYSTEM[5:8]))),
        replace(held("system", *SYSTEM[:5]), quotas_={"AttachedSystemPoliciesPerUserQuota": 2}),
        "user/alice has 5 system policies, would have 3 of at most 2.",
    ),
    "groups": (
        stack_of(groups={"readers": GroupWish("readers", HERE)}),
        MemoryGateway(groups_={"g1": "", "g2": ""}, quotas_={"GroupsQuota": 2}),
        "The account has 2 groups, would have 3 of at most 2.",
    ),
    "roles": (
        stack_of(roles={"worker": WORKER}),
        MemoryGateway(roles_={"other": MemoryRole("{}")}, quotas_={"RolesQuota": 1}),
        "The account has 1 roles, would have 2 of at most 1.",
    ),
    **{
        f"{what} of a {holder}": two_policies(holder, what) for holder in ("group", "role") for what in GRANTS
    },
    "groups of a user": (
        one_user(groups=sited("g1", "g2")),
        MemoryGateway(
            users_={"alice": OURS}, groups_={"g1": "", "g2": ""}, quotas_={"GroupsPerUserQuota": 1}
        ),
        "user/alice has 0 groups, would have 2 of at most 1.",
    ),
    "keys": (
        one_user(access_keys=KEYS),
        MemoryGateway(users_={"alice": OURS}, quotas_={"AccessKeysPerUserQuota": 1}),
        "user/alice has 0 access keys, would have 2 of at most 1.",
    ),
    "tags, ramstack's own with them": (
        one_user(tags=TAGS),
        MemoryGateway(quotas_={"TagsQuota": 11}),
        "user/alice has 0 tags, would have 12 of at most 11.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_each_quota_is_refused_with_its_numbers(case: str) -> None:
    """What there is, what there would be, what is allowed, and where it was asked for."""
    stack, account, told = REFUSED[case]
    (problem,) = (p for p in plan_of([stack], account, EVERYTHING).problems if p.rule == OVER_QUOTA)
    assert problem.detail.startswith(told)
    assert problem.origin is not None


@pytest.mark.parametrize("case", REFUSED)
def test_one_more_allowed_is_enough(case: str) -> None:
    """An account whose quotas were raised is planned for by its own quotas."""
    stack, account, told = REFUSED[case]
    needed = int(told.split("would have ")[1].split()[0])
    raised = replace(account, quotas_=dict.fromkeys(account.quotas_, needed))
    assert not over(plan_of([stack], raised, EVERYTHING).problems)


def test_the_locks_of_a_run_take_room_among_policies() -> None:
    """A run that makes the last policy that fits could not take its lock."""
    statement = {"Effect": "Allow", "Action": "ice:Get*", "Resource": "*"}
    document = parse_document({"Version": "1", "Statement": [statement]})
    wish = PolicyWish("deploy", HERE, document, None)
    problems = plan_of(
        [stack_of(policies={"deploy": wish})], MemoryGateway(quotas_={"PoliciesQuota": 1})
    ).problems
    assert over(problems)[0].startswith("The account has 0 custom policies, would have 2 of at most 1.")


def test_adopting_takes_room_for_the_owner_mark() -> None:
    """A user with twenty tags of its own has none left for ramstack's."""
    account = MemoryGateway(users_={"alice": MemoryUser("1", tags={f"t{n}": "" for n in range(20)})})
    live = read_account(account, scope_of_stacks([one_user()]))
    address = next(a for a, _ in live.roots() if a.kind == "user")
    plan = plan_marks([one_user()], live, Marks({address: "media.3f9a2c1b"}), EVERYTHING)
    assert over(plan.problems)[0].startswith("user/alice has 20 tags, would have 23 of at most 20.")


@pytest.mark.parametrize(("held", "fits"), [(19, True), (20, False)])
def test_the_mark_of_a_role_takes_room_for_one(held: int, fits: bool) -> None:
    """Adopted or taken over, a role with twenty tags of its own has no room for it; with nineteen it has."""
    role = MemoryRole(TRUST.document_in("1").text, tags={f"t{n}": "" for n in range(held)})
    account, stack = MemoryGateway(roles_={"worker": role}), stack_of(roles={"worker": WORKER})
    live = read_account(account, scope_of_stacks([stack]))
    marks = Marks({role_address("worker"): stack.owner})
    for plan in (plan_marks([stack], live, marks, EVERYTHING), plan_of([stack], account, EVERYTHING)):
        assert (not over(plan.problems)) is fits
        assert fits or over(plan.problems)[0].startswith(
            "role/worker has 20 tags, would have 21 of at most 20."
        )


def test_a_name_in_the_recycle_bin_is_told() -> None:
    """The new user is another one, and the service may refuse the name."""
    live = replace(
        read_account(MemoryGateway(), scope_of_stacks([one_user()])), recycled=frozenset({"alice"})
    )
    (problem,) = make_plan([one_user()], live, EVERYTHING).problems
    assert (problem.rule, problem.severity, problem.origin) == ("name-in-recycle-bin", "warning", HERE)
