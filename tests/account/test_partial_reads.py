"""What the service refuses to show is a gap in the plan, never an empty answer; what moves while it is read is read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.account.reader import read_account
from ramstack.account.scope import scope_of_stacks
from ramstack.cli.flow import understand
from ramstack.gateway.port import AttachmentPage, AttachmentRow, UserRow
from ramstack.model.account import Account
from ramstack.model.address import PolicyRef, user_address
from ramstack.model.change import Plan
from ramstack.model.errors import Denied, Unreachable
from ramstack.model.stack import Stack
from ramstack.planning.plan import Request, make_plan
from tests.converge import NOW
from tests.memory import SYSTEM, MemoryGateway, MemoryUser
from tests.strategies import accounts, stacks

ANYTHING = Request(NOW, allowed={"in-use": None, "takeover": None})
REFUSABLE = (
    "users",
    "users_tagged",
    "policies_tagged",
    "attachment_page",
    "members",
    "groups_of",
    "entities_of",
    "policies_of",
    "policy_versions",
    "access_keys",
)


@dataclass
class Refusing(MemoryGateway):
    """An account that refuses to show some things: (question, about whom), or a question whoever it is about."""

    refused: frozenset[tuple[str, object]] = frozenset()

    def __getattribute__(self, name: str) -> object:
        found = super().__getattribute__(name)
        if name not in REFUSABLE:
            return found

        def ask(*about: object) -> object:
            if {(name, None), (name, str(about[0]) if about else None)} & self.refused:
                raise Denied("NoPermission", f"{name} is not permitted")
            return found(*about)

        return ask


def twin(account: MemoryGateway, kind: type[MemoryGateway], **how: object) -> MemoryGateway:
    return kind(**{**vars(account), **how})


def planned(stack: Stack, account: MemoryGateway, request: Request = ANYTHING) -> tuple[Plan, Account]:
    live = read_account(account, scope_of_stacks([stack], request.targets))
    return understand(account, make_plan([stack], live, request), live, request)


@st.composite
def refusals(draw: st.DrawFn) -> frozenset[tuple[str, object]]:
    whom = st.sampled_from(
        [
            None,
            "alice",
            "readers",
            "staff",
            "custom/media",
            "custom/deploy",
            "custom/other",
            "user/alice",
            f"system/{SYSTEM[1]}",
        ]
    )
    return draw(st.frozensets(st.tuples(st.sampled_from(REFUSABLE), whom), min_size=1, max_size=4))


@given(stacks(), accounts(), refusals(), st.booleans())
def test_nothing_is_planned_on_what_was_refused(
    stack: Stack, account: MemoryGateway, refused: frozenset, shows_tags: bool
) -> None:
    """A plan made half blind is a part of the plan made with open eyes; it is complete only if it is all of it."""
    account.shows_tags = shows_tags
    whole, _ = planned(stack, account)
    blind, live = planned(stack, twin(account, Refusing, refused=refused))
    assert {c.address for c in blind.changes} <= {c.address for c in whole.changes}
    assert not [
        c for c in blind.changes for part in live.unread if c.address in live and part.hides(c.address)
    ]
    if blind.complete:
        assert blind.changes == whole.changes
        assert blind.rails == whole.rails
    else:
        assert [p for p in blind.problems if p.rule == "incomplete-read"]


@given(stacks(), accounts(), st.data())
def test_reading_near_the_targets_changes_no_plan(
    stack: Stack, account: MemoryGateway, data: st.DataObject
) -> None:
    """With targets less is read, and the plan with everything that it means is the same as if all had been read."""
    roots = [a for a, _ in read_account(account, scope_of_stacks([stack])).roots()]
    declared = [user_address(name) for name in stack.users]
    target = data.draw(st.sampled_from([*roots, *declared] or [user_address("nobody")]))
    request = replace(ANYTHING, targets=(target,))
    near, _ = planned(stack, account, request)
    all_of_it = read_account(account, scope_of_stacks([stack]))
    whole, _ = understand(account, make_plan([stack], all_of_it, request), all_of_it, request)
    assert near.changes == whole.changes
    assert near.permissions == whole.permissions
    assert near.fingerprints == whole.fingerprints
    assert near.rails == whole.rails


@given(stacks(), accounts(), st.integers(0, 40))
def test_who_asks_for_fewer_memberships_plans_the_same(
    stack: Stack, account: MemoryGateway, crowd: int
) -> None:
    """Where foreign groups abound, users are asked instead, and the plan with everything that it means is the same."""
    account.groups_ |= {f"g{n}": "" for n in range(crowd)}
    account.members_ |= {(user, f"g{n}") for user in account.users_ for n in range(0, crowd, 9)}
    near, _ = planned(stack, account)
    all_of_it = read_account(account, scope_of_stacks([stack], whole=True))
    whole, _ = understand(account, make_plan([stack], all_of_it, ANYTHING), all_of_it, ANYTHING)
    assert (near.changes, near.permissions, near.fingerprints) == (
        whole.changes,
        whole.permissions,
        whole.fingerprints,
    )


def test_a_small_stack_asks_its_users_not_the_groups() -> None:
    """One user among fifty groups: one call instead of fifty."""
    account = MemoryGateway(groups_={f"g{n}": "" for n in range(50)})
    account.users_["alice"] = MemoryUser("1", tags={"ramstack:stack": "media.3f9a2c1b"})
    account.members_ = {("alice", "g7")}
    live = read_account(account, scope_of_stacks([Stack("media", "3f9a2c1b")]))
    assert [str(a) for a in live.resources if a.kind == "membership"] == ["user/alice/group/g7"]
    assert live.reads < 15


@dataclass
class Busy(MemoryGateway):
    """An account in which a colleague grants, takes away, creates and deletes between any two pages.

    Pages of users hold two and are chained by the last name that was seen, so that they stay valid.
    """

    grants: Iterator[frozenset[AttachmentRow]] = field(default_factory=lambda: iter(()))
    people: Iterator[str] = field(default_factory=lambda: iter(()))

    def users(self) -> Iterator[UserRow]:
        last = ""
        while rows := [row for row in super().users() if row.name > last][:2]:
            yield from rows
            last = rows[-1].name
            passer = next(self.people, "")
            self.users_ = {n: u for n, u in self.users_.items() if n != passer} | (
                {passer: MemoryUser(passer)} if passer and passer not in self.users_ else {}
            )

    def attachment_page(self, number: int) -> AttachmentPage:
        page = super().attachment_page(number)
        self.grants_ = self.grants_ ^ next(self.grants, frozenset())
        return page


CROWD = tuple(f"u{n:03}" for n in range(250))
KEPT = frozenset(
    AttachmentRow("user", name, PolicyRef("system", SYSTEM[n % 4])) for n, name in enumerate(CROWD)
)
PASSING = tuple(
    AttachmentRow("user", name, PolicyRef("system", SYSTEM[4 + n % 3]))
    for n, name in enumerate((*CROWD[:20], *CROWD[-20:]))
)


@given(st.lists(st.frozensets(st.sampled_from(PASSING), max_size=6), max_size=12))
def test_grants_that_stay_are_read_once_whatever_comes_and_goes(
    edits: list[frozenset[AttachmentRow]],
) -> None:
    """Grants that are there all the while are found, and only grants that were there at some moment."""
    account = Busy(users_={n: MemoryUser(n) for n in CROWD}, grants=iter(edits))
    account.grants_ = set(KEPT) | (edits.pop() if edits else set())
    live = read_account(account, scope_of_stacks([], whole=True))
    found = {(a.name, a.policy) for a in live.resources if a.kind == "attachment"}
    assert {(row.principal, row.policy) for row in KEPT} <= found
    assert found <= {(row.principal, row.policy) for row in (*KEPT, *PASSING)}


@given(st.lists(st.sampled_from([f"u{n}x" for n in range(9)]), max_size=12))
def test_users_that_stay_are_read_once_whoever_comes_and_goes(passers: list[str]) -> None:
    """Markers stay valid while others create and delete."""
    account = Busy(users_={f"u{n}": MemoryUser(str(n)) for n in range(9)}, people=iter(passers))
    live = read_account(account, scope_of_stacks([], whole=True))
    users = {a.name for a, _ in live.roots() if a.kind == "user"}
    assert {f"u{n}" for n in range(9)} <= users <= {f"u{n}" for n in range(9)} | set(passers)


def test_a_list_that_never_holds_still_is_an_error() -> None:
    """A user on two pages of each of three attempts: nothing can be known, and it is said."""
    account = MemoryGateway(users_={"alice": MemoryUser("1")})
    account.users = lambda: iter([UserRow("1", "alice"), UserRow("1", "alice")])
    with pytest.raises(Unreachable, match="changed during each of 3 attempts"):
        read_account(account, scope_of_stacks([]))
