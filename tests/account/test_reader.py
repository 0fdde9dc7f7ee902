"""Reading: every row once, few calls, and nothing concluded from an answer that does not say it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.account.reader import read_account
from ramstack.account.scope import Scope
from ramstack.gateway.port import AttachmentPage, AttachmentRow, PolicyRow
from ramstack.model.address import PolicyRef
from ramstack.model.errors import Denied, NotFound, Throttled, Unreachable
from ramstack.model.unread import scoped_grants
from tests.memory import SYSTEM, MemoryGateway, MemoryUser
from tests.strategies import accounts

EVERYTHING = Scope(users=frozenset({"alice", "bob", "carol", "dave", "erin"}))
MARK = {"ramstack:stack": "media.3f9a2c1b"}


@dataclass
class Blind(MemoryGateway):
    """An account whose Resource Manager does not answer, or whose policies do not say how often they are attached."""

    refusal: Exception | None = None
    counts: bool = True
    lags: frozenset[AttachmentRow] = frozenset()
    counts_scoped: bool = False
    page_size: int = 100

    def attachment_page(self, number: int) -> AttachmentPage:
        if self.refusal:
            raise self.refusal
        self.reads += 1
        rows = sorted(self.grants_, key=str)
        shown = rows[(number - 1) * self.page_size : number * self.page_size]
        return AttachmentPage(len(rows), tuple(row for row in shown if row not in self.lags))

    def _count(self, ref: PolicyRef) -> int:
        return sum(g.policy == ref and (self.counts_scoped or not g.resource_group) for g in self.grants_)

    def policies(self):
        rows = super().policies()
        return rows if self.counts else iter([replace(row, attachment_count=None) for row in rows])


def twin(account: MemoryGateway, **how: object) -> Blind:
    return Blind(**{**vars(account), **how})


def held(account: MemoryGateway) -> object:
    live = read_account(account, EVERYTHING)
    return {a: r for a, r in live.resources.items() if a.kind != "attachment" or not a.resource_group}


@given(accounts(), st.booleans())
def test_without_resource_manager_the_policies_are_asked(account: MemoryGateway, counts: bool) -> None:
    """Grants at account scope are all found, and it is said that those at resource-group scope are not known."""
    for refusal in (
        Denied("NoPermission"),
        NotFound("InvalidApi.NotFound"),
        Throttled("Throttling"),
        Unreachable("x"),
    ):
        blind = twin(account, refusal=refusal, counts=counts)
        assert held(blind) == held(account)
        assert read_account(blind, EVERYTHING).unread == (scoped_grants(),)


@given(accounts(), st.data())
def test_a_source_that_lags_is_found_out(account: MemoryGateway, data: st.DataObject) -> None:
    """Where pages show less than a policy counts, the policy itself is asked."""
    here = sorted((g for g in account.grants_ if not g.resource_group), key=str)
    lags = frozenset(data.draw(st.sets(st.sampled_from(here)))) if here else frozenset()
    assert held(twin(account, lags=lags)) == held(account)


@given(accounts())
def test_answers_without_tags_change_nothing(account: MemoryGateway) -> None:
    """Owners are the same whether lists carry tags or not; so are the tags of users that matter."""
    shown, hidden = (read_account(twin(account, shows_tags=shows), EVERYTHING) for shows in (True, False))
    assert shown.resources == hidden.resources


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 200, 201])
def test_pages_are_neither_dropped_nor_doubled(count: int) -> None:
    """Attachments at the edges of pages of a hundred."""
    account = MemoryGateway(users_={f"u{n}": MemoryUser(str(n), tags=dict(MARK)) for n in range(30)})
    rows = [
        AttachmentRow("user", f"u{n % 30}", PolicyRef("system", SYSTEM[n // 30]), "rg-1")
        for n in range(count)
    ]
    account.grants_ = set(rows)
    live = read_account(account, Scope())
    assert len([a for a in live.resources if a.kind == "attachment"]) == count


def test_few_policies_cost_fewer_calls_than_pages() -> None:
    """Five policies on four hundred users are asked by name: one page that tells the total, then five calls."""
    account = MemoryGateway(users_={f"u{n}": MemoryUser(str(n), tags=dict(MARK)) for n in range(400)})
    account.grants_ = {
        AttachmentRow("user", f"u{n}", PolicyRef("system", p)) for n in range(400) for p in SYSTEM[:2]
    }
    assert read_account(account, Scope()).reads == 8 + 1 + 2


@pytest.mark.parametrize("counts_scoped", [True, False])
def test_grants_at_resource_group_scope_are_seen_whoever_counts_them(counts_scoped: bool) -> None:
    """A policy's own count may hold them or not: one call a policy, which does not show them, is then not taken for all."""
    account = Blind(users_={f"u{n}": MemoryUser(str(n)) for n in range(400)}, counts_scoped=counts_scoped)
    account.grants_ = {
        AttachmentRow("user", f"u{n}", PolicyRef("system", SYSTEM[0]), "rg-1" if n == 7 else "")
        for n in range(400)
    }
    live = read_account(account, Scope())
    assert len([a for a in live.resources if a.kind == "attachment"]) == 400
    assert not live.unread


def test_pages_may_be_shorter_than_asked_for() -> None:
    """A service that gives ten grants a page is asked for every one of them."""
    account = Blind(users_={f"u{n}": MemoryUser(str(n)) for n in range(95)}, page_size=10)
    account.grants_ = {
        AttachmentRow("user", f"u{n}", PolicyRef("system", SYSTEM[0]), "rg-1") for n in range(95)
    }
    live = read_account(account, Scope())
    assert len([a for a in live.resources if a.kind == "attachment"]) == 95


def test_locks_are_no_part_of_an_account() -> None:
    """A policy that is a lock is not seen, whoever holds it."""
    account = MemoryGateway()
    rows = [*account.policies(), PolicyRow(PolicyRef("custom", "ramstack-lock-media"))]
    account.policies = lambda: iter(rows)
    assert not [a for a in read_account(account, Scope()).resources if a.kind == "policy"]
