"""Law of export: read back and adopted, its plan is empty; over generated accounts and over the wire."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ramstack.account.reader import read_account
from ramstack.account.scope import Scope
from ramstack.planning.reproduce import reproduced
from ramstack.stackfile.export import export_stack
from tests.converge import NOW
from tests.memory import MemoryGateway, MemoryRole, MemoryUser
from tests.strategies import POLICIES, USERS, accounts

ODD = (
    "no",
    "007",
    "${HOME}",
    "$${X}",
    "$$${X}",
    "12:30",
    "<<",
    "~",
    "a: b",
    "# c",
    "x\ny\n",
    " ",
    "é\u2028",
    "'",
    '"',
    "null",
)


TRUST = (
    '{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":["ecs.aliyuncs.com"]}}],'
    '"Version":"1"}'
)


@settings(max_examples=25)
@given(
    accounts(), st.dictionaries(st.sampled_from(ODD), st.sampled_from(ODD), max_size=4), st.sampled_from(ODD)
)
def test_the_plan_of_an_export_is_empty(account: MemoryGateway, tags: dict[str, str], comments: str) -> None:
    """Whatever is held, and however it is spelled; what is left out says why."""
    account.users_["007"] = MemoryUser("99", "no", comments=comments, tags=tags)
    account.roles_["worker"] = MemoryRole(TRUST, comments, 7200, tags)
    live = read_account(
        account,
        Scope(
            users=frozenset((*USERS, "007")),
            policies=frozenset((*POLICIES, "other")),
            roles=frozenset({"worker"}),
        ),
    )
    roots = frozenset(a for a, root in live.roots() if not root.owner)
    made = export_stack(live, roots, "exported", "3f9a2c1b")
    assert reproduced(made.stack, live, NOW) == ()
    sections = (made.stack.users, made.stack.groups, made.stack.policies, made.stack.roles)
    declared = sum(map(len, sections))
    assert declared + len(made.left_out) == len(roots)
    assert made.left_out == {}


def test_what_cannot_be_said_is_left_out_with_its_reason() -> None:
    """A document that is no JSON, a user that another system keeps, names that differ only in case."""
    account = MemoryGateway.of({"users": {"ann": {}, "Ann": {}, "eve": {"provision_type": "SCIM"}}})
    account.policies_ |= MemoryGateway.of({"policies": {"bad": {"versions": [{}]}}}).policies_
    account.roles_ = {"linked": MemoryRole(TRUST, is_linked=True), "odd": MemoryRole("no JSON")}
    live = read_account(account, Scope(policies=frozenset({"bad"}), roles=frozenset({"linked", "odd"})))
    made = export_stack(live, frozenset(a for a, _ in live.roots()), "exported", "3f9a2c1b")
    assert {str(a) for a in made.left_out} == {
        "policy/bad",
        "role/linked",
        "role/odd",
        "user/ann",
        "user/eve",
    }
    assert reproduced(made.stack, live, NOW) == ()
    assert "# user/eve is left out" in made.text


@given(st.text(min_size=1, max_size=8) | st.sampled_from(("a\u202eb", "\x1b[2J", "\u2028", "\ufeff", "é 名")))
def test_nothing_in_it_is_unseen(comments: str) -> None:
    """No text turns the direction of reading, moves a cursor or hides: whoever reviews the file sees what it says."""
    account = MemoryGateway(users_={"ann": MemoryUser("1", "ann", comments=comments)})
    live = read_account(account, Scope(users=frozenset({"ann"})))
    made = export_stack(live, frozenset(a for a, _ in live.roots()), "exported", "3f9a2c1b")
    assert made.text.replace("\n", "").isprintable()
