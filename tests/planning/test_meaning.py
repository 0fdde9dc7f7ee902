"""What an edited policy does to its holders, and when it is therefore issued."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.model.address import policy_address
from ramstack.model.change import Change
from ramstack.model.quotas import DEFAULT_QUOTAS
from ramstack.model.resource import Policy
from ramstack.planning.meaning import meaning_of
from ramstack.planning.steps import root_drafts
from ramstack.policy import Relation, opaque, stored_document
from tests.policy import naive
from tests.policy.strategies import documents, near_pairs, requests

READS, MEDIA, ALL = ("Allow", "ice:Get*"), ("Allow", "ice:GetMediaInfo"), ("Allow", "ice:*")
NO_DELETE, NO_SUBMIT = ("Deny", "ice:Delete*"), ("Deny", "ice:Submit*")


def document(*rows):
    statements = [{"Effect": effect, "Action": action, "Resource": "*"} for effect, action in rows]
    return stored_document(json.dumps({"Version": "1", "Statement": statements}))


def phase_of(before, after):
    """The phase in which the edit leaves."""
    change = Change(policy_address("p"), Policy("p", document=before), Policy("p", document=after))
    (draft,) = root_drafts(change, {}, (), DEFAULT_QUOTAS)
    return draft.phase.title


@pytest.mark.parametrize(
    ("before", "after", "phase"),
    [
        ([READS], [ALL], "policies"),
        ([READS], [READS, ("Allow", "oss:*")], "policies"),
        ([MEDIA, READS], [READS], "policies"),
        ([READS, NO_DELETE], [READS, ("Deny", "ice:DeleteMediaInfos")], "policies"),
        ([ALL], [READS], "narrow"),
        ([READS], [READS, NO_DELETE], "narrow"),
        ([NO_DELETE], [NO_DELETE, ("Deny", "ice:Drop*")], "narrow"),
        ([READS], [("Allow", "oss:Get*")], "rewrite"),
        ([NO_DELETE], [NO_SUBMIT], "rewrite"),
        ([NO_DELETE], [READS], "policies"),
    ],
)
def test_when_an_edit_leaves(before, after, phase):
    """By meaning: what only gives comes first, what only takes away last, what does both in between; Denies count too."""
    assert phase_of(document(*before), document(*after)) == phase


def test_what_nobody_can_read_stands_in_between():
    """It may give and may take away."""
    assert phase_of(opaque("{"), document(READS)) == "rewrite"
    assert meaning_of(None, document(READS)) is Relation.UNDECIDED


def _is_own(request):
    """No service asks about a bucket when a user is created."""
    service = request["action"].partition(":")[0]
    named = (request["resource"] or "").split(":")
    return len(named) < 2 or named[1] in (service, "*") or (service, named[1]) == ("sts", "ram")


@given(near_pairs(), st.lists(documents, max_size=2), st.lists(requests(), min_size=3, max_size=8))
def test_no_holder_is_surprised(pair, others, asked):
    """Whatever else somebody holds, an edit that only gives takes nothing, and one that only takes gives nothing.

    Asked as services ask: about resources of their own, which is what a comparison goes by.
    """
    relation = meaning_of(*(stored_document(json.dumps(raw)) for raw in pair))
    for request in (one for one in asked if _is_own(one)):
        was, now = (naive.evaluate([raw, *others], request) for raw in pair)
        if was == "allow" and now.endswith("deny"):
            assert relation in (Relation.NARROWER, Relation.BOTH, Relation.UNDECIDED)
        if now == "allow" and was.endswith("deny"):
            assert relation in (Relation.BROADER, Relation.BOTH, Relation.UNDECIDED)
