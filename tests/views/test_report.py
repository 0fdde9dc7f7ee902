"""Laws of the report: one entry for each outcome, sums that add up, an exit code that follows."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.model.outcome import Fault, Outcome
from ramstack.views.hints import HINTS, hint_for
from ramstack.views.json_text import json_text
from ramstack.views.report import STATUSES, report_document, summarize
from ramstack.views.report_text import report_text
from tests.views.samples import BUSY, busy_account, planned
from tests.views.strategies import text
from tests.views.test_words import ESCAPES

PLAN = planned(BUSY, busy_account())[0]
faults = st.none() | st.builds(Fault, st.sampled_from([family for family, _ in HINTS] + ["Odd"]), text)
causes = st.none() | st.sampled_from([change.address for change in PLAN.changes])


@st.composite
def runs(draw):
    """Outcomes of one plan, in any order of arrival."""
    made = [
        Outcome(change, draw(st.sampled_from(STATUSES)), draw(text), draw(causes), draw(faults))
        for change in draw(st.permutations(PLAN.changes))
    ]
    return made[: draw(st.integers(0, len(made)))]


def report_of(outcomes):
    return summarize(PLAN, outcomes, run_id="r1", digest="sha256:0")


@given(runs())
def test_one_entry_for_each_outcome(outcomes):
    """The document has every outcome once, and its sums add up."""
    document = report_document(report_of(outcomes))
    assert len(document["outcomes"]) == sum(document["summary"].values()) == len(outcomes)
    assert {o["address"] for o in document["outcomes"]} == {str(o.change.address) for o in outcomes}
    assert json.loads(json_text(document)) == document


@given(runs())
def test_exit_code_is_0_or_5(outcomes):
    """After the first attempt to write there are two ends: all done, or not all."""
    assert report_of(outcomes).exit_code == (0 if all(o.status == "done" for o in outcomes) else 5)


@given(runs(), st.randoms())
def test_order_of_arrival_does_not_matter(outcomes, random):
    """Replies race; the report is stable."""
    again = list(outcomes)
    random.shuffle(again)
    assert report_of(again) == report_of(outcomes)


@given(runs(), st.integers(60, 160))
def test_text_tells_every_outcome(outcomes, width):
    """Each change is named under its status, control characters have no effect, colour adds nothing."""
    shown = report_text(report_of(outcomes), color=False, width=width)
    assert all(line.isprintable() for line in shown.splitlines())
    assert ESCAPES.sub("", report_text(report_of(outcomes), color=True, width=width)) == shown
    for outcome in outcomes:
        address = outcome.change.address
        named = str(address.root) if address.is_root else "/".join(str(address).split("/")[2:])
        assert named in shown


def test_contract_of_the_document():
    """The keys are those that others build on."""
    document = report_document(
        report_of([Outcome(PLAN.changes[0], "failed", fault=Fault("NoPermission", "no"))])
    )
    keys = "format_version run_id account stacks digest exit_code summary outcomes"
    assert list(document) == keys.split()
    assert list(document["summary"]) == ["done", "failed", "uncertain", "skipped"]
    (entry,) = document["outcomes"]
    assert list(entry) == [
        "address",
        "kind",
        "action",
        "status",
        "request_id",
        "key_id",
        "sink",
        "caused_by",
        "error",
    ]
    assert entry["error"] == {"code": "NoPermission", "message": "no"}
    assert [entry["request_id"], entry["key_id"], entry["sink"]] == [None, None, None]


@pytest.mark.parametrize(("family", "hint"), HINTS)
def test_hints_are_reached(family, hint):
    """Each family gives its own hint, for itself and for what is below it."""
    assert hint_for(family) == hint == hint_for(f"{family}.Deeper")


def test_unknown_codes_have_no_hint():
    """Nothing is made up; a common beginning is no family."""
    assert [hint_for("Strange"), hint_for("NoPermissionAtAll"), hint_for("")] == ["", "", ""]


def test_command_to_continue_stands_alone():
    """It can be copied as a line."""
    report = report_of([Outcome(PLAN.changes[0], "skipped")])
    assert "\n    ramstack apply x.yaml\n" in report_text(
        report, color=False, width=60, again="ramstack apply x.yaml"
    )
