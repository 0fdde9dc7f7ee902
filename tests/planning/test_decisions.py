"""Decisions on accounts in memory, where system policies have no documents to show."""

from __future__ import annotations

from ramstack.account.documents import with_documents
from ramstack.account.reader import read_account
from ramstack.account.scope import Scope
from ramstack.model.account import Account
from ramstack.model.address import PolicyRef, user_address
from ramstack.planning.decisions import Judge
from ramstack.planning.holdings import Holdings
from ramstack.policy import Answer, Request
from tests.memory import MemoryGateway

READS = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ice:Get*", "Resource": "*"}]}
RECORD = {
    "users": {"ann": {}, "ben": {}, "cat": {}},
    "groups": {"readers": ""},
    "members": [["ann", "readers"], ["ben", "readers"]],
    "policies": {"reads": {"versions": [READS]}},
    "grants": [["group", "readers", "custom/reads"], ["user", "cat", "system/AliyunS1FullAccess"]],
}
ASKED = Request("ice:GetMediaInfo", complete=False)


def known(record: dict) -> tuple[Account, MemoryGateway]:
    gateway = MemoryGateway.of(record)
    live = read_account(gateway, Scope())
    holdings = Holdings(live)
    return with_documents(gateway, live, holdings.missing(holdings.policies(holdings.principals))), gateway


def test_a_document_that_cannot_be_read_never_allows() -> None:
    """What nobody could read may allow and deny anything: the answer depends, and says on what."""
    verdict = Judge.of(known(RECORD)[0]).decide(user_address("cat"), ASKED)
    assert verdict.answer is Answer.DEPENDS
    assert verdict.unread == ("system/AliyunS1FullAccess",)


def test_one_call_for_each_document() -> None:
    """Reading the documents of a whole account costs a call for each policy, whoever holds it; twice costs nothing."""
    gateway = MemoryGateway.of(RECORD)
    live = read_account(gateway, Scope())
    holdings = Holdings(live)
    wanted = holdings.missing(holdings.policies(holdings.principals))
    assert wanted == {PolicyRef("custom", "reads"), PolicyRef("system", "AliyunS1FullAccess")}
    read = with_documents(gateway, live, wanted)
    assert read.reads == live.reads + 2
    assert with_documents(gateway, read, [PolicyRef("custom", "reads")]) is read


def test_who_can_and_explain_agree() -> None:
    """Who is listed may, by its own decision; who is not may not."""
    judge = Judge.of(known(RECORD)[0])
    listed = {verdict.principal: verdict.answer for verdict in judge.who_can(ASKED)}
    for principal in judge.holdings.principals:
        answer = judge.decide(principal, ASKED).answer
        assert listed.get(principal, Answer.IMPLICIT_DENY) is answer
    assert len(listed) == 4
