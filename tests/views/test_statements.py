"""Laws of reading documents: a comparison tells exactly what differs, however it was written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ramstack.policy import opaque, parse_document
from ramstack.policy.statement import Kind
from ramstack.views.statements import compare, rules_of

actions = st.lists(st.sampled_from(["ice:A", "ice:B", "oss:*", "ram:C"]), min_size=1, unique=True)
statements = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Action": actions,
        "Resource": st.lists(
            st.sampled_from(["*", "acs:oss:*:*:b/*", "acs:oss:*:*:c/*"]), min_size=1, unique=True
        ),
    },
    optional={"Condition": st.sampled_from([{"Bool": {"acs:SecureTransport": ["true"]}}])},
)
bodies = st.lists(statements, min_size=1, max_size=3)


def read(*body, kind=Kind.IDENTITY):
    return parse_document({"Version": "1", "Statement": list(body)}, kind)


def shown(document):
    return [" ".join(rule.text.split()) for rule in rules_of(document)]


def atoms(rules):
    """Each single permission of some rules."""
    return {(r.effect, a.lower(), w, r.terms) for r in rules for a in r.actions for w in r.resources}


@given(bodies, bodies)
def test_compare_is_a_difference_of_sets(before, after):
    """What stays, with what comes and without what goes, is the document afterwards."""
    old, new = read(*before), read(*after)
    told = compare(old, new)
    gone = atoms(rule for action, rule in told if action == "delete")
    come = atoms(rule for action, rule in told if action == "create")
    assert atoms(rules_of(old)) - gone | come == atoms(rules_of(new))
    assert not gone & come


@given(bodies)
def test_recut_statements_do_not_differ(body):
    """One statement an action is the same document as one for all of them; upper or lower case is too."""
    cut = [{**one, "Action": action.swapcase()} for one in body for action in one["Action"]]
    assert compare(read(*body), read(*cut)) == ()


def test_rules_read_like_sentences():
    """Effect, actions, resources and conditions, in that order."""
    condition = {"IpAddress": {"acs:SourceIp": ["192.168.0.1", "10.0.0.0/8"]}}
    one = {"Effect": "Allow", "Action": ["ice:A", "ice:B"], "Resource": "*", "Condition": condition}
    two = {"Effect": "Deny", "NotAction": ["ram:*", "ice:*"], "Resource": "acs:oss:*:*:b/*"}
    assert shown(read(one, two)) == [
        "Allow ice:A, ice:B on * (if IpAddress acs:SourceIp 10.0.0.0/8 or 192.168.0.1)",
        "Deny everything but ice:*, ram:* on acs:oss:*:*:b/*",
    ]


def test_trust_names_who_may_assume():
    """A trust policy tells its principals; it has no resources to tell."""
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["ecs.aliyuncs.com"]}}
    assert shown(read(trust, kind=Kind.TRUST)) == ["Allow sts:AssumeRole (by Service ecs.aliyuncs.com)"]


def test_unread_documents_are_shown_whole():
    """What nobody can read is shown as it is stored, in quotes."""
    gone, come = compare(opaque("{a"), opaque("{\nb"))
    assert [gone[0], come[0]] == ["delete", "create"]
    assert shown(opaque("{\nb")) == ['not readable: "{\\nb"']


def test_hostile_parts_stay_in_quotes():
    """A condition value cannot pretend to be another statement."""
    condition = {"StringLike": {"acs:UserAgent": ["x) Allow * on *"]}}
    body = {"Effect": "Deny", "Action": "ice:A", "Resource": "*", "Condition": condition}
    assert shown(read(body)) == ['Deny ice:A on * (if StringLike acs:UserAgent "x) Allow * on *")']
