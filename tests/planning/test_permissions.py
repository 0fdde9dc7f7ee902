"""What a plan means: laws against the evaluator, the documents that are read for it, and the risks it finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ramstack.account.reader import read_account
from ramstack.account.scope import Scope
from ramstack.cli.flow import understand
from ramstack.model.account import Account
from ramstack.model.address import (
    PolicyRef,
    attachment_address,
    group_address,
    membership_address,
    user_address,
)
from ramstack.model.change import Change, Plan
from ramstack.model.limits import Rates
from ramstack.model.permission import Meaning
from ramstack.model.resource import Attachment, Membership
from ramstack.planning.holdings import Holdings
from ramstack.planning.outlook import Outlook
from ramstack.planning.plan import plan_of
from ramstack.planning.planfile import plan_document, read_plan
from ramstack.policy import Answer, Request, evaluate, expand_action
from ramstack.views.json_text import json_text
from ramstack.views.senses import senses_of
from tests.converge import REQUEST
from tests.memory import MemoryGateway


def policy(*statements: tuple[str, str]) -> dict:
    rows = [{"Effect": effect, "Action": action, "Resource": "*"} for effect, action in statements]
    return {"versions": [{"Version": "1", "Statement": rows}]}


POLICIES = {
    "reads": policy(("Allow", "ice:Get*")),
    "deletes": policy(("Allow", "ice:Delete*")),
    "never": policy(("Deny", "ice:Delete*")),
    "all": policy(("Allow", "*")),
    "keys": policy(("Allow", "ram:CreateAccessKey")),
}
TANGLED = {
    "wide": policy(
        ("Allow", f"log:*a{'?' * 13}*"), ("Deny", f"log:*a{'?' * 13}"), ("Deny", f"log:*a{'?' * 14}*")
    ),
    "fence": policy(("Deny", "log:*b*")),
}
"""Nobody compares the two: the automaton of their patterns is too big."""
NAMES = [f"custom/{name}" for name in POLICIES]
GRANTS = st.sets(
    st.tuples(st.sampled_from([("user", "ann"), ("user", "ben"), ("group", "team")]), st.sampled_from(NAMES))
)
MEMBERS = st.sets(st.sampled_from(["ann", "ben"]))
SAMPLES = (
    "ice:GetMediaInfo",
    "ice:DeleteMediaInfos",
    "ice:SubmitMediaProducingJob",
    "oss:PutObject",
    "ram:CreateAccessKey",
)


def gateway_of(grants, members) -> MemoryGateway:
    return MemoryGateway.of(
        {
            "users": {"ann": {}, "ben": {}},
            "groups": {"team": ""},
            "members": [[user, "team"] for user in sorted(members)],
            "policies": POLICIES | TANGLED,
            "grants": [[kind, name, policy] for (kind, name), policy in sorted(grants)],
        }
    )


def understood_of(gateway: MemoryGateway, *changes: Change) -> tuple[Plan, Account]:
    live = read_account(gateway, Scope())
    return understand(gateway, plan_of(live, REQUEST, ("media",), changes), live, REQUEST)


def attach(kind: str, name: str, ref: str, *, gone: bool = False) -> Change:
    principal = group_address(name) if kind == "group" else user_address(name)
    type_, _, policy_name = ref.partition("/")
    address = attachment_address(principal, PolicyRef(type_, policy_name))
    return Change(address, Attachment() if gone else None, None if gone else Attachment())


def actions_of(meaning: Meaning, side: str) -> set[str]:
    return {
        name
        for ability in getattr(meaning, side)
        for action in ability.actions
        for name in (expand_action(action) or (action,))
    }


@given(before=GRANTS, after=GRANTS, old=MEMBERS, new=MEMBERS)
def test_the_meaning_is_what_the_evaluator_says(before, after, old, new) -> None:
    """An operation is gained where it was not allowed before and is after, lost the other way round; groups included."""
    changes = [attach(*who, name) for who, name in after - before]
    changes += [attach(*who, name, gone=True) for who, name in before - after]
    for user in old ^ new:
        address = membership_address(user_address(user), "team")
        sides = (Membership(), None) if user in old else (None, Membership())
        changes.append(Change(address, *sides))
    plan, live = understood_of(gateway_of(before, old), *changes)
    meanings = {meaning.principal: meaning for meaning in plan.permissions}
    outlook = Outlook.of(plan, live)
    for principal in outlook.after.principals:
        meaning = meanings.get(principal, Meaning(principal))
        for action in SAMPLES:
            was, will = (
                (
                    evaluate(side.grants(principal), Request(action)).answer is Answer.ALLOW
                    for side in (outlook.before, outlook.after)
                    if isinstance(side, Holdings)
                )
                if principal in outlook.causes
                else (False, False)
            )
            assert (action in actions_of(meaning, "gains")) == (will and not was), (principal, action)
            assert (action in actions_of(meaning, "loses")) == (was and not will), (principal, action)


def test_only_needed_documents_are_read() -> None:
    """Without changes no document is read; with one, the policies of whom it touches, each once."""
    gateway = gateway_of({(("user", "ann"), "custom/reads"), (("user", "ben"), "custom/all")}, ())
    live = read_account(gateway, Scope())
    assert understood_of(gateway)[0].reads == live.reads
    assert understood_of(gateway, attach("user", "ann", "custom/deletes"))[0].reads == live.reads + 2


def test_a_policy_as_broad_as_the_administrators_is_marked() -> None:
    """Whatever a policy is called: what leads to administrator level is told at the change that brings it."""
    gateway = gateway_of({(("group", "team"), "custom/keys")}, ())
    join = Change(membership_address(user_address("ben"), "team"), None, Membership())
    plan, _ = understood_of(
        gateway, attach("user", "ann", "custom/all"), attach("user", "ann", "custom/reads"), join
    )
    risks = {str(change.address): change.risk for change in plan.changes}
    assert risks == {
        "user/ann/policy/custom/all": ("admin-grant",),
        "user/ann/policy/custom/reads": ("routine",),
        "user/ben/group/team": ("admin-grant",),
    }


def test_a_lifted_deny_is_a_gain() -> None:
    """Taking a Deny away lets do what another policy allows."""
    held = {(("user", "ann"), "custom/deletes"), (("user", "ann"), "custom/never")}
    plan, _ = understood_of(gateway_of(held, ()), attach("user", "ann", "custom/never", gone=True))
    assert "ice:DeleteMediaInfos" in actions_of(plan.permissions[0], "gains")


def test_what_cannot_be_read_is_a_risk() -> None:
    """A policy whose document nobody could read is named, and its change is marked."""
    plan, _ = understood_of(gateway_of((), ()), attach("user", "ann", "system/AliyunS1FullAccess"))
    assert plan.permissions[0].unknown == ("system/AliyunS1FullAccess",)
    assert plan.changes[0].risk == ("unknown",)


def test_what_cannot_be_compared_is_a_risk() -> None:
    """Where a comparison is given up the change is marked, and it is told why: every document was read."""
    held = {(("user", "ann"), "custom/wide"), (("user", "ann"), "custom/fence")}
    plan, _ = understood_of(gateway_of(held, ()), attach("user", "ann", "custom/fence", gone=True))
    assert "unknown" in plan.changes[0].risk
    ((heading, told),) = senses_of(plan.permissions)[0].warnings
    assert heading == "not known"
    assert "too tangled to compare" in told
    assert "could not be read" not in told


def test_the_meaning_survives_the_plan_file() -> None:
    """What is saved is what is read back: meaning and risks too."""
    plan, _ = understood_of(gateway_of((), ()), attach("user", "ann", "custom/all"))
    again = read_plan(json_text(plan_document(plan, (), Rates())))
    assert again.permissions == plan.permissions
    assert [change.risk for change in again.changes] == [change.risk for change in plan.changes]
