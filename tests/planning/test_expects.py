"""Access tests of patterns, of services whose operations nobody lists: against trying every short operation."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.account.documents import with_documents
from ramstack.account.reader import read_account
from ramstack.account.scope import Scope
from ramstack.model.account import Account
from ramstack.model.address import user_address
from ramstack.model.problem import Origin
from ramstack.model.stack import Expectation, Stack
from ramstack.planning.decisions import Judge
from ramstack.planning.expects import trials
from ramstack.planning.holdings import Holdings
from ramstack.policy import Answer, Request
from ramstack.policy.glob import matches
from tests.memory import MemoryGateway

ANN = user_address("ann")
ACTIONS = ["abc:" + "".join(word) for length in (1, 2, 3) for word in product("xyz", repeat=length)]
KEYS = ({"acs:SourceIp": "1.1.1.1"}, {"acs:SourceIp": "2.2.2.2"}, {"acs:MFAPresent": "true"}, {})
CONDITIONS = (
    {},
    {"IpAddress": {"acs:SourceIp": "1.1.1.1"}},
    {"NotIpAddress": {"acs:SourceIp": "1.1.1.1"}},
    {"Bool": {"acs:MFAPresent": "true"}},
)
RESOURCES = ("*", "acs:abc:*:*:a", "acs:abc:*:*:b")

words = st.text("xyz*?", min_size=1, max_size=3)
patterns = st.builds("{}{}".format, st.sampled_from(("abc:", "abc:", "*:", "a*")), words)
statements = st.builds(
    lambda effect, key, actions, resource, condition: {
        "Effect": effect,
        key: actions,
        "Resource": resource,
        **({"Condition": condition} if condition else {}),
    },
    st.sampled_from(("Allow", "Allow", "Deny")),
    st.sampled_from(("Action", "Action", "NotAction")),
    st.lists(patterns, min_size=1, max_size=2),
    st.sampled_from(RESOURCES),
    st.sampled_from(CONDITIONS),
)


def account_of(*found: dict[str, object]) -> Account:
    """An account in which ann has one policy with these statements."""
    record = {
        "users": {"ann": {}},
        "policies": {"own": {"versions": [{"Version": "1", "Statement": list(found)}]}},
        "grants": [["user", "ann", "custom/own"]],
    }
    gateway = MemoryGateway.of(record)
    live = read_account(gateway, Scope())
    return with_documents(gateway, live, Holdings(live).missing(Holdings(live).policies([ANN])))


def status_of(account: Account, test: Expectation) -> str:
    ((trial,),) = [trials((Stack("s", expects=(test,)),), account)]
    return trial.status


@given(
    st.lists(statements, min_size=1, max_size=4),
    words,
    st.sampled_from(KEYS),
    st.sampled_from((None, "a", "b")),
)
def test_a_deny_that_holds_leaves_no_operation(found, word, context, name):
    """Where a pattern is said to be denied, no short operation that it matches is allowed, or may be."""
    resource = name and f"acs:abc:cn:1:{name}"
    account = account_of(*found)
    test = Expectation(ANN, Origin("x"), deny=(f"abc:{word}",), context=context, resource=resource)
    if status_of(account, test) == "passed":
        judge = Judge.of(account)
        for action in ACTIONS:
            if matches(f"abc:{word}", action):
                answer = judge.decide(ANN, Request(action, resource, context, complete=False)).answer
                assert answer not in (Answer.ALLOW, Answer.DEPENDS), action


OFFICE = {"IpAddress": {"acs:SourceIp": "1.1.1.1"}}
WITH_DEVICE = {"Bool": {"acs:MFAPresent": "true"}}


@pytest.mark.parametrize(
    ("found", "test", "status"),
    [
        ([{"Effect": "Allow", "Action": "a**", "Resource": "*"}], {"deny": ("abc:*",)}, "failed"),
        (
            [
                {"Effect": "Allow", "Action": "abc:*", "Resource": "*", "Condition": OFFICE},
                {"Effect": "Allow", "Action": "abc:xy", "Resource": "*"},
            ],
            {"deny": ("abc:*",), "context": {"acs:SourceIp": "2.2.2.2"}},
            "failed",
        ),
        (
            [{"Effect": "Allow", "Action": "abc:*", "Resource": "*", "Condition": OFFICE}],
            {"deny": ("abc:*",), "context": {"acs:SourceIp": "2.2.2.2"}},
            "passed",
        ),
        (
            [
                {"Effect": "Allow", "Action": "abc:*", "Resource": "*"},
                {"Effect": "Deny", "Action": "abc:x*", "Resource": "acs:abc:*:*:a"},
            ],
            {"deny": ("abc:x*",), "resource": "acs:abc:cn:1:a"},
            "passed",
        ),
        (
            [
                {"Effect": "Allow", "Action": "abc:*", "Resource": "*"},
                {"Effect": "Deny", "Action": "abc:x*", "Resource": "acs:abc:*:*:a"},
            ],
            {"deny": ("abc:x*",), "resource": "acs:abc:cn:1:b"},
            "failed",
        ),
        (
            [
                {"Effect": "Allow", "Action": "abc:yy", "Resource": "*", "Condition": WITH_DEVICE},
                {"Effect": "Deny", "Action": "abc:?*", "Resource": "*", "Condition": WITH_DEVICE},
            ],
            {"deny": ("abc:y*",)},
            "failed",
        ),
        (
            [{"Effect": "Allow", "Action": "abc:*", "Resource": "*", "Condition": OFFICE}],
            {"allow": ("abc:*",), "context": {"acs:SourceIp": "1.1.1.1"}},
            "passed",
        ),
    ],
)
def test_patterns_are_judged_in_the_circumstances_of_the_test(found, test, status):
    """Not anywhere: from this address, on this resource."""
    assert status_of(account_of(*found), Expectation(ANN, Origin("x"), **test)) == status
