"""Plans with anything in them that a user may have written, hostile things first."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from ramstack.model.account import Account
from ramstack.model.address import (
    Address,
    PolicyRef,
    attachment_address,
    membership_address,
    tag_address,
)
from ramstack.model.change import Plan
from ramstack.model.problem import Origin, Problem
from ramstack.model.resource import Attachment, Group, Membership, Policy, Resource, Tag, User
from ramstack.planning.diff import diff
from tests.views.samples import CALLER, document

HOSTILE = (
    "[red]now[/red]", "[link=http://evil]x[/link]", "\x1b[2J\x1b[31mred", "a\n+ user/root", "\r- gone", "\t",
    "\u202etxt.exe", "\u2066\u2067", "x" * 200, "two  spaces ", 'say "hi" → bye', "\\n", "名前 の", "\x9b31m", "\u2028- a", "e\u0301",
    ":smile:", " ", "", "+ admin", "! admin-grant", "a  + system/AdministratorAccess", "\x7f\x00",
)  # fmt: skip
text = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30))
filled = text.filter(bool)
names = st.sampled_from(["ann", "bob.b", "c-3", "x" * 64])
policies = st.builds(
    PolicyRef,
    st.sampled_from(["system", "custom"]),
    st.sampled_from(["AdministratorAccess", "Read", "y" * 128]),
)
documents = st.builds(
    lambda actions, effect: document(*actions, source="", effect=effect),
    st.lists(st.sampled_from(["ice:*", "ice:GetMediaInfo", "oss:PutObject"]), min_size=1),
    st.sampled_from(["Allow", "Deny"]),
)


def _user(name: str) -> st.SearchStrategy[dict[Address, Resource]]:
    root = Address(("user", name))
    whole = st.builds(
        User, st.sampled_from([name, "old"]), text, text, text, text, st.booleans(), st.just("m.1")
    )
    edges = st.one_of(
        st.tuples(filled.map(lambda key: tag_address(root, key)), st.builds(Tag, text)),
        st.tuples(names.map(lambda group: membership_address(root, group)), st.just(Membership())),
        st.tuples(policies.map(lambda ref: attachment_address(root, ref)), st.just(Attachment())),
    )
    return st.builds(lambda own, some: {root: own} | dict(some), whole, st.lists(edges, max_size=6))


def _group(name: str) -> st.SearchStrategy[dict[Address, Resource]]:
    root = Address(("group", name))
    return st.builds(Group, st.just(name), text, st.just("m.1")).map(lambda group: {root: group})


def _policy(name: str) -> st.SearchStrategy[dict[Address, Resource]]:
    root = Address(("policy", name))
    return st.builds(Policy, st.just(name), text, st.none() | documents, st.just("m.1")).map(
        lambda p: {root: p}
    )


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    """A small account whose texts are anything."""
    resources: dict[Address, Resource] = {}
    for make in (_user, _group, _policy):
        for name in draw(st.lists(names, unique=True, max_size=2)):
            resources |= draw(make(name))
    return Account("1234567890123456", CALLER, resources)


origins = st.builds(Origin, filled, st.integers(1, 99), st.integers(1, 99))
problems = st.builds(
    Problem,
    st.sampled_from(["error", "warning"]),
    st.sampled_from(["rule-a", ""]),
    st.sampled_from(["Unknown policy", "Too long"]),
    text,
    st.none() | names.map(lambda name: Address(("user", name))),
    st.none() | origins,
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """The plan between two accounts, with notes and problems of any kind."""
    changes = diff(draw(accounts()), draw(accounts()))
    noted = tuple(
        replace(c, notes=tuple(draw(st.lists(text, max_size=1))), origin=draw(st.none() | origins))
        for c in changes
    )
    told = draw(st.lists(problems, max_size=2))
    rails = draw(st.lists(problems, max_size=1))
    return Plan(
        "1234567890123456",
        CALLER,
        ("media",),
        "",
        "",
        noted,
        {},
        "",
        problems=tuple(told),
        rails=tuple(rails),
    )
