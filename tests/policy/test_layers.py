"""Layers, scopes and trust: who has a say, in which order."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.policy import (
    Answer,
    Grant,
    Kind,
    Layers,
    Principal,
    Request,
    evaluate,
    evaluate_layers,
    opaque,
    parse_document,
    stored_document,
)
from tests.policy import naive
from tests.policy.strategies import conditions, documents, requests

ACCOUNT = "1234567890123456"
ROLE = f"acs:ram::{ACCOUNT}:role/editor"
ALICE = Principal("RAM", f"acs:ram::{ACCOUNT}:user/alice")


def document(effect, action="*", **more):
    statement = {"Effect": effect, "Action": action, "Resource": "*", **more}
    return parse_document({"Version": "1", "Statement": [statement]})


def trust(effect="Allow", **principal):
    statement = {"Effect": effect, "Action": "sts:AssumeRole", "Principal": principal}
    return parse_document({"Version": "1", "Statement": [statement]}, Kind.TRUST)


ALLOW, DENY, SILENT = document("Allow"), document("Deny"), document("Allow", "none:None")
MAYBE = document("Allow", Condition={"IpAddress": {"acs:SourceIp": "10.0.0.0/8"}})
OBJECT = Request("oss:GetObject", "acs:oss:*:1:b/a", {})
ASSUME = Request("sts:AssumeRole", ROLE, {}, principal=ALICE)


@pytest.mark.parametrize(
    ("control", "session", "identity", "answer"),
    [
        (ALLOW, ALLOW, ALLOW, "allow"),
        (None, None, ALLOW, "allow"),
        (SILENT, ALLOW, ALLOW, "implicit_deny"),
        (DENY, ALLOW, ALLOW, "explicit_deny"),
        (ALLOW, SILENT, ALLOW, "implicit_deny"),
        (ALLOW, DENY, SILENT, "explicit_deny"),
        (ALLOW, ALLOW, SILENT, "implicit_deny"),
        (SILENT, DENY, ALLOW, "implicit_deny"),
        (MAYBE, None, ALLOW, "depends"),
        (None, MAYBE, ALLOW, "depends"),
        (MAYBE, None, SILENT, "implicit_deny"),
        (None, MAYBE, DENY, "implicit_deny"),
        (ALLOW, ALLOW, MAYBE, "depends"),
    ],
)
def test_gates(control, session, identity, answer):
    """Control policies, then the session policy: anything but Allow ends it, and neither grants by itself."""
    layers = Layers(
        (Grant(identity),), session=session, control=None if control is None else (Grant(control),)
    )
    assert evaluate_layers(layers, OBJECT).answer == answer


@pytest.mark.parametrize(("one", "other"), list(itertools.permutations([ALLOW, DENY, SILENT], 2)))
def test_either_side_of_a_bucket_grants(one, other):
    """Identity and bucket policy: any explicit deny, else any allow."""
    answer = evaluate_layers(Layers((Grant(one),), resource=other), OBJECT).answer
    assert answer is (Answer.EXPLICIT_DENY if DENY in {one, other} else Answer.ALLOW)


@pytest.mark.parametrize(
    ("identity", "principals", "answer"),
    [
        (ALLOW, {"RAM": [f"acs:ram::{ACCOUNT}:root"]}, "allow"),
        (ALLOW, {"RAM": ["acs:ram::9999999999999999:root"]}, "implicit_deny"),
        (ALLOW, {"RAM": [ALICE.value]}, "allow"),
        (ALLOW, {"RAM": [f"acs:ram::{ACCOUNT}:user/bob"]}, "implicit_deny"),
        (ALLOW, {"Service": ["ecs.aliyuncs.com"]}, "implicit_deny"),
        (ALLOW, {"RAM": ["*"]}, "allow"),
        (SILENT, {"RAM": [f"acs:ram::{ACCOUNT}:root"]}, "implicit_deny"),
        (DENY, {"RAM": [f"acs:ram::{ACCOUNT}:root"]}, "explicit_deny"),
    ],
)
def test_assuming_a_role_needs_both(identity, principals, answer):
    """The caller's policies and the role's trust policy must both allow."""
    assert evaluate_layers(Layers((Grant(identity),), resource=trust(**principals)), ASSUME).answer == answer


def test_services_assume_by_trust_alone():
    """A service has no identity policies: the trust policy decides."""
    request = Request("sts:AssumeRole", ROLE, {}, principal=Principal("Service", "ecs.aliyuncs.com"))
    layers = Layers(resource=trust(Service=["ecs.aliyuncs.com"]))
    assert evaluate_layers(layers, request).answer is Answer.ALLOW
    assert (
        evaluate_layers(Layers(resource=trust(Service=["fc.aliyuncs.com"])), request).answer
        is Answer.IMPLICIT_DENY
    )


def test_unknown_caller_depends():
    """Without knowing who asks, a trust policy allows nobody for certain."""
    request = Request("sts:AssumeRole", ROLE, {})
    assert evaluate_layers(Layers(resource=trust(RAM=[ALICE.value])), request).answer is Answer.DEPENDS


@pytest.mark.parametrize(
    ("group", "account", "inner", "answer"),
    [
        ("rg-1", SILENT, ALLOW, "allow"),
        ("rg-2", SILENT, ALLOW, "implicit_deny"),
        (None, SILENT, ALLOW, "depends"),
        ("rg-1", ALLOW, DENY, "allow"),
        ("rg-1", DENY, ALLOW, "explicit_deny"),
        ("rg-1", SILENT, DENY, "explicit_deny"),
    ],
)
def test_resource_groups(group, account, inner, answer):
    """Account level is final unless it says nothing; then grants within the request's resource group count."""
    request = Request("oss:GetObject", "acs:oss:*:1:b/a", {}, resource_group=group)
    assert evaluate([Grant(account), Grant(inner, resource_group="rg-1")], request).answer == answer


def test_deny_within_a_group_is_noted():
    """A Deny that does not count is pointed at."""
    request = Request("oss:GetObject", "acs:oss:*:1:b/a", {}, resource_group="rg-1")
    assert evaluate([Grant(ALLOW), Grant(DENY, resource_group="rg-1")], request).notes
    assert not evaluate([Grant(ALLOW), Grant(ALLOW, resource_group="rg-1")], request).notes


def test_ice_knows_no_resource_groups():
    """Intelligent Media Service ignores grants within a resource group, and the decision says so."""
    request = Request("ice:GetMediaInfo", resource_group="rg-1")
    decision = evaluate([Grant(ALLOW, resource_group="rg-1")], request)
    assert decision.answer is Answer.IMPLICIT_DENY
    assert decision.notes


def test_unreadable_document_depends():
    """What nobody can read may allow and may deny; a sure Deny beside it still decides."""
    assert evaluate([opaque("{")], OBJECT).answer is Answer.DEPENDS
    assert evaluate([opaque("{"), ALLOW], OBJECT).answer is Answer.DEPENDS
    assert evaluate([opaque("{"), DENY], OBJECT).answer is Answer.EXPLICIT_DENY


def test_deciding_statements():
    """The statements that decide come with their policy and the group they come through."""
    grants = [Grant(ALLOW, "system/All", "group/ops"), Grant(DENY, "custom/no"), Grant(SILENT, "custom/else")]
    decision = evaluate(grants, OBJECT)
    assert [(match.grant.name, match.effect) for match in decision.deciding] == [("custom/no", "Deny")]
    allowed = evaluate(grants[:1], OBJECT)
    assert allowed.is_allowed
    assert [match.grant.via for match in allowed.deciding] == ["group/ops"]
    assert evaluate([Grant(SILENT)], OBJECT).deciding == ()


def test_gate_names_who_closed_it():
    """Denied by the control policy, the statement of the control policy decides, not the user's Allow."""
    layers = Layers((Grant(ALLOW, "mine"),), control=(Grant(DENY, "theirs"),))
    assert [match.grant.name for match in evaluate_layers(layers, OBJECT).deciding] == ["theirs"]


def test_depends_on_names_the_conditions():
    """What must be known to decide is listed."""
    decision = evaluate([MAYBE], OBJECT)
    assert [condition.key for condition in decision.depends_on] == ["acs:SourceIp"]


def bucket(*principals):
    statement = {"Effect": "Allow", "Action": "oss:*", "Resource": "*", "Principal": list(principals)}
    return parse_document({"Version": "1", "Statement": [statement]}, Kind.RESOURCE)


@pytest.mark.parametrize(
    ("principals", "caller", "answer"),
    [
        (["*"], None, "allow"),
        (["*"], ALICE, "allow"),
        (["20214760404935"], ALICE, "depends"),
        (["20214760404935"], Principal("RAM", "20214760404935"), "allow"),
        (["20214760404935"], None, "depends"),
    ],
)
def test_bucket_policies_name_ids(principals, caller, answer):
    """A bucket policy names ids: whether an ARN is one of them can't be known, only equality is certain."""
    request = Request("oss:GetObject", "acs:oss:*:1:b/a", {}, principal=caller)
    assert evaluate_layers(Layers(resource=bucket(*principals)), request).answer == answer


def test_trusting_somebody_else_is_silent():
    """Neither the account's name without root nor another kind of principal is meant."""
    for principals in (
        {"Federated": [ALICE.value]},
        {"RAM": [f"acs:ram::{ACCOUNT}"]},
        {"RAM": [f"acs:ram::{ACCOUNT}:user"]},
    ):
        assert evaluate_layers(Layers(resource=trust(**principals)), ASSUME).answer is Answer.IMPLICIT_DENY


def test_trust_that_denies_denies():
    """An explicit deny of either side is explicit, whatever the other side says."""
    refusing = trust("Deny", RAM=[ALICE.value])
    for identity in (ALLOW, SILENT, DENY):
        assert (
            evaluate_layers(Layers((Grant(identity),), resource=refusing), ASSUME).answer
            is Answer.EXPLICIT_DENY
        )


def test_nobody_says_anything():
    """Without any layer nothing is allowed."""
    assert evaluate_layers(Layers(), OBJECT).answer is Answer.IMPLICIT_DENY


def test_implicit_deny_has_no_statements():
    """Where nothing allows, no statement decides, also if the user's own policies would have."""
    layers = Layers((Grant(ALLOW),), control=(Grant(SILENT),))
    assert evaluate_layers(layers, OBJECT).deciding == ()
    maybe_denied = document("Deny", Condition={"IpAddress": {"acs:SourceIp": "10.0.0.0/8"}})
    assert evaluate([maybe_denied], OBJECT).deciding == ()


def test_all_that_may_decide_is_listed():
    """A gate that may be closed and a grant that may be missing are both named."""
    layers = Layers((Grant(MAYBE, "mine"),), control=(Grant(MAYBE, "theirs"),))
    assert [match.grant.name for match in evaluate_layers(layers, OBJECT).deciding] == ["theirs", "mine"]


def test_notes_come_through_all_layers():
    """What is noted of the identity policies is still noted behind a gate."""
    request = Request("ice:GetMediaInfo", resource_group="rg-1")
    layers = Layers((Grant(ALLOW, resource_group="rg-1"),), control=(Grant(ALLOW),))
    assert evaluate_layers(layers, request).notes


IDENTITIES = [
    ("RAM", f"acs:ram::{ACCOUNT}:user/alice"),
    ("RAM", "acs:ram::9999999999999999:role/x"),
    ("Service", "ecs.aliyuncs.com"),
]
TRUSTED = {
    "RAM": [f"acs:ram::{ACCOUNT}:root", f"acs:ram::{ACCOUNT}:user/alice", f"acs:ram::{ACCOUNT}:user/a*", "*"],
    "Service": ["ecs.aliyuncs.com", "fc.aliyuncs.com"],
}


@st.composite
def trust_documents(draw):
    kind = draw(st.sampled_from(sorted(TRUSTED)))
    statement = {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        "Action": "sts:AssumeRole",
        "Principal": {kind: draw(st.lists(st.sampled_from(TRUSTED[kind]), min_size=1, max_size=2))},
    }
    block = draw(conditions())
    return {"Version": "1", "Statement": [statement | ({"Condition": block} if block else {})]}


@st.composite
def layered(draw):
    """Documents of every layer, and a request through them: half of them to assume a role, which has a trust policy."""
    kind, name = draw(st.sampled_from(IDENTITIES))
    request = draw(requests()) | {
        "group": draw(st.sampled_from(["rg-1", "rg-2"])),
        "kind": kind,
        "principal": name,
    }
    assumes = draw(st.booleans())
    if assumes:
        request |= {"action": "sts:AssumeRole", "resource": ROLE}
    scopes = st.sampled_from([None, None, "rg-1", "rg-2"])
    layers = {
        "identity": draw(st.lists(st.tuples(documents, scopes), max_size=3)),
        "resource": draw(trust_documents()) if assumes else None,
        "session": draw(st.none() | documents),
        "control": draw(st.none() | st.lists(documents, min_size=1, max_size=2)),
    }
    return layers, request


def stored(raw, kind=Kind.IDENTITY):
    return stored_document(json.dumps(raw), kind)


@given(layered())
def test_all_layers_agree_with_the_naive_evaluator(case):
    """Identity, resource group, trust, session and control, brute force: the same answer, or "depends" where two are unknown."""
    raw, asked = case
    layers = Layers(
        identity=tuple(Grant(stored(one), resource_group=group) for one, group in raw["identity"]),
        resource=stored(raw["resource"], Kind.TRUST) if raw["resource"] else None,
        session=stored(raw["session"]) if raw["session"] else None,
        control=None if raw["control"] is None else tuple(Grant(stored(one)) for one in raw["control"]),
    )
    request = Request(
        asked["action"],
        asked["resource"],
        asked["context"],
        Principal(asked["kind"], asked["principal"]),
        asked["group"],
        complete=True,
    )
    answer, wanted = evaluate_layers(layers, request).answer, naive.evaluate_layers(raw, asked)
    found = [one for one, _ in raw["identity"]] + (raw["control"] or [])
    found += [one for one in (raw["resource"], raw["session"]) if one]
    unknown = sum(naive.judge(atom, asked) is None for one in found for atom in naive.atoms(one))
    assert answer == wanted or (answer is Answer.DEPENDS and unknown > 1)
