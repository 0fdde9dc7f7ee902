"""Verdicts and what they are held against: pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.model.account import Account, Edition
from ramstack.model.address import PolicyRef, attachment_address, user_address
from ramstack.model.proof import (
    IDENTIFY,
    Denial,
    Identity,
    Prediction,
    Probe,
    Proof,
    Reply,
    Verdict,
)
from ramstack.model.resource import Attachment, User
from ramstack.planning.decisions import Judge
from ramstack.planning.verdict import (
    ADDRESS,
    DEFAULT_PROBES,
    is_fenced,
    is_key_at_fault,
    predict,
    unfit,
    verdict_of,
)
from ramstack.policy import Answer, stored_document
from ramstack.policy.catalogue import load_services

ALICE = user_address("alice")
CODES = {
    "": Verdict.WORKS,
    "InvalidParameter.MediaId": Verdict.WORKS,
    "MissingParameter": Verdict.WORKS,
    "MediaNotFound": Verdict.WORKS,
    "ResourceNotFound": Verdict.WORKS,
    "EntityNotExist.Pipeline": Verdict.WORKS,
    "Forbidden": Verdict.DENIED,
    "Forbidden.RAM": Verdict.DENIED,
    "Forbidden.NotSupportRAM": Verdict.DENIED,
    "NoPermission": Verdict.DENIED,
    "AccessDenied": Verdict.DENIED,
    "Forbidden.AccessKeyPolicy": Verdict.IP_FENCE,
    "Forbidden.SubscriptionRequired": Verdict.NOT_ACTIVATED,
    "Inactive": Verdict.NOT_ACTIVATED,
    "Forbidden.RiskControl": Verdict.UNCLEAR,
    "Forbidden.UserVerification": Verdict.UNCLEAR,
    "InvalidApi.NotFound": Verdict.UNCLEAR,
    "InvalidAction.NotFound": Verdict.UNCLEAR,
    "InvalidAccessKeyId.NotFound": Verdict.INVALID_KEY,
    "InvalidAccessKeyId": Verdict.INVALID_KEY,
    "InvalidAccessKeyId.Inactive": Verdict.DISABLED_KEY,
    "SignatureDoesNotMatch": Verdict.WRONG_SECRET,
    "IncompleteSignature": Verdict.WRONG_SECRET,
    "InvalidTimeStamp.Expired": Verdict.CLOCK,
    "IllegalTimestamp": Verdict.CLOCK,
    "InvalidSecurityToken.MismatchWithAccessKey": Verdict.INVALID_TOKEN,
    "SecurityTokenExpired": Verdict.INVALID_TOKEN,
    "Throttling": Verdict.THROTTLED,
    "Throttling.Api": Verdict.THROTTLED,
    "Rejected.Throttling": Verdict.THROTTLED,
    "InternalError": Verdict.UNREACHABLE,
    "ServiceUnavailable": Verdict.UNREACHABLE,
    "NoConnection": Verdict.UNREACHABLE,
    "HTTP502": Verdict.UNREACHABLE,
    "Brand.New": Verdict.UNCLEAR,
}


@pytest.mark.parametrize("code", CODES)
def test_the_code_decides(code: str) -> None:
    """Whatever the status: one code comes with several."""
    for status in (400, 403, 404):
        assert verdict_of(Reply("ice:ListPipelines", code, status=status)) is CODES[code]


def test_a_typed_denial_is_a_denial_whatever_its_code() -> None:
    assert verdict_of(Reply("ice:ListPipelines", "Brand.New", denial=Denial("explicit"))) is Verdict.DENIED
    assert verdict_of(Reply("ice:ListPipelines", "Brand.New", denial=Denial(""))) is Verdict.UNCLEAR


@given(st.text(min_size=1), st.integers(0, 599))
def test_what_is_refused_works_only_where_it_was_let_in(code: str, status: int) -> None:
    """No code but those of bad input is taken for a permission."""
    let_in = ("InvalidParameter", "MissingParameter", "EntityNotExist")
    if verdict_of(Reply("ice:ListPipelines", code, status=status)) is Verdict.WORKS:
        assert code.startswith(let_in) or code.endswith("NotFound")


def test_only_reads_are_probes() -> None:
    """Nothing that can do more than read, or whose answer holds a secret, is fit."""
    fit = [o for s in load_services().values() for o in s.operations if not unfit(o.action)]
    assert {operation.service for operation in fit} == {"ice"}
    assert {str(access) for operation in fit for access in operation.access} == {"read", "media"}
    assert len(fit) > 100


def test_the_usual_probes_are_fit() -> None:
    assert [unfit(action) for action in DEFAULT_PROBES] == ["", ""]


def judge(*statements: str) -> Judge:
    ref = PolicyRef("custom", "p")
    document = stored_document(f'{{"Version": "1", "Statement": [{", ".join(statements)}]}}')
    return Judge.of(
        Account(
            id="1",
            resources={ALICE: User("alice"), attachment_address(ALICE, ref): Attachment()},
            editions={ref: Edition(document, "v1")},
        )
    )


ALLOW = '{"Effect": "Allow", "Action": "ice:*", "Resource": "*"}'
NARROW = '{"Effect": "Allow", "Action": "ice:*", "Resource": "acs:ice:*:1:*"}'
OTHER = '{"Effect": "Allow", "Action": "oss:*", "Resource": "*"}'
FENCED = (
    '{"Effect": "Allow", "Action": "ice:*", "Resource": "*",'
    ' "Condition": {"IpAddress": {"acs:SourceIp": "203.0.113.7"}}}'
)
MFA = '{"Effect": "Deny", "Action": "ice:*", "Resource": "*", "Condition": {"Bool": {"acs:MFAPresent": "false"}}}'


def test_what_the_policies_say() -> None:
    """With the policy that decides; what is not known is named."""
    action = "ice:ListPipelines"
    assert predict(judge(ALLOW), ALICE, action, {}) == Prediction(Answer.ALLOW, ("custom/p",))
    assert predict(judge(NARROW), ALICE, action, {}).answer is Answer.ALLOW
    assert predict(judge(OTHER), ALICE, action, {}).answer is Answer.IMPLICIT_DENY
    assert predict(judge(), ALICE, action, {}) == Prediction(Answer.DEPENDS, unread=("custom/p",))
    assert predict(judge(ALLOW, MFA), ALICE, action, {}).depends_on == ("acs:MFAPresent",)
    assert predict(judge(ALLOW, MFA), ALICE, action, {"acs:MFAPresent": "false"}).is_denial
    assert predict(judge(FENCED), ALICE, action, {}).depends_on == (ADDRESS,)


def test_a_fence_is_a_denial_that_only_the_address_explains() -> None:
    """Not where another thing is open too, nor where the address that was seen is let in."""
    action, fenced = "ice:ListPipelines", judge(FENCED)
    before = predict(fenced, ALICE, action, {})
    seen = {ip: predict(fenced, ALICE, action, {ADDRESS: ip}) for ip in ("203.0.113.7", "203.0.113.8")}
    assert is_fenced(before, None)
    assert is_fenced(before, seen["203.0.113.8"])
    assert not is_fenced(before, seen["203.0.113.7"])
    assert not is_fenced(predict(judge(FENCED, MFA), ALICE, action, {}), None)
    assert not is_fenced(None, None)


REPLY = Reply("ice:ListPipelines")
AGREEMENTS = [
    (Verdict.WORKS, Answer.ALLOW, True, True),
    (Verdict.WORKS, Answer.IMPLICIT_DENY, False, False),
    (Verdict.WORKS, Answer.DEPENDS, None, True),
    (Verdict.WORKS, None, None, True),
    (Verdict.DENIED, Answer.ALLOW, False, False),
    (Verdict.DENIED, Answer.EXPLICIT_DENY, True, True),
    (Verdict.DENIED, Answer.DEPENDS, None, False),
    (Verdict.DENIED, None, None, False),
    (Verdict.IP_FENCE, Answer.IMPLICIT_DENY, True, True),
    (Verdict.THROTTLED, Answer.ALLOW, None, False),
    (Verdict.UNCLEAR, None, None, False),
]


@pytest.mark.parametrize(("verdict", "answer", "agrees", "expected"), AGREEMENTS)
def test_service_and_policies_agree_or_not(verdict, answer, agrees, expected) -> None:
    """A verdict that is neither yes nor no is never expected, and never a disagreement."""
    probe = Probe(REPLY, verdict, prediction=answer and Prediction(answer))
    assert (probe.agrees, probe.is_expected) == (agrees, expected)


def proof(*probes: Probe) -> Proof:
    return Proof("k", Identity(Reply(IDENTIFY), "1", "acs:ram::1:user/alice"), Verdict.WORKS, probes)


WORKS = Probe(REPLY, Verdict.WORKS)
SAID = Probe(REPLY, Verdict.DENIED, prediction=Prediction(Answer.IMPLICIT_DENY))
SURPRISE = Probe(REPLY, Verdict.DENIED, prediction=Prediction(Answer.ALLOW))
TOO_MUCH = Probe(REPLY, Verdict.WORKS, prediction=Prediction(Answer.IMPLICIT_DENY))
THROTTLED = Probe(REPLY, Verdict.THROTTLED)


def test_a_key_is_proven_by_what_it_may_do() -> None:
    """One allowed call, and no surprise in any other; a key for which nothing works proves nothing."""
    assert proof(WORKS).is_proven
    assert proof(WORKS, SAID).is_proven
    unproven = [(SAID,), (WORKS, SURPRISE), (WORKS, TOO_MUCH), (WORKS, THROTTLED), ()]
    assert not any(proof(*probes).is_proven for probes in unproven)


def test_whose_fault_it_is() -> None:
    """Credentials and permission; not the service, and not policies that allow too little on paper."""
    assert is_key_at_fault([proof(SAID)])
    assert is_key_at_fault([proof(WORKS, SURPRISE)])
    assert is_key_at_fault([Proof("k", Identity(Reply(IDENTIFY, "x")), Verdict.WRONG_SECRET)])
    assert not is_key_at_fault([proof(WORKS, TOO_MUCH), proof(WORKS, THROTTLED)])
    assert not is_key_at_fault([Proof("k", Identity(Reply(IDENTIFY, "x")), Verdict.UNREACHABLE)])


@pytest.mark.parametrize(
    ("arn", "user"),
    [
        ("acs:ram::1:user/ann", "ann"),
        ("acs:ram::1:root", ""),
        ("acs:sts::1:assumed-role/user/x", ""),
        ("", ""),
    ],
)
def test_whose_key_it_is(arn: str, user: str) -> None:
    assert Identity(Reply(IDENTIFY), "1", arn).user == user
