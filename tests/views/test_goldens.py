"""What people see, as files: `RAMSTACK_REFRESH=1 pytest tests/views` writes them anew, for a person to look at."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from ramstack.gateway.port import Caller
from ramstack.model.address import PolicyRef, group_address, membership_address, user_address
from ramstack.model.outcome import Fault, Outcome
from ramstack.model.permission import Ability, Meaning
from ramstack.model.problem import warning
from ramstack.model.run import Run, Write
from ramstack.model.stack import InputFile
from ramstack.planning.lint import Review
from ramstack.planning.rails import in_use
from ramstack.policy import opaque
from ramstack.views.history import history_document, run_document
from ramstack.views.history_text import history_text, run_text
from ramstack.views.json_text import json_text
from ramstack.views.plan_html import plan_html
from ramstack.views.plan_markdown import plan_markdown
from ramstack.views.plan_text import plan_text
from ramstack.views.policies_text import PolicyDetail, PolicyLine, policies_text, policy_detail_text
from ramstack.views.problems_text import problems_text
from ramstack.views.progress import LineWatcher
from ramstack.views.report import report_document, summarize
from ramstack.views.report_text import report_text
from ramstack.views.validate_text import validate_text
from ramstack.views.whoami_text import whoami_text
from tests.views.samples import (
    BUSY,
    FILE,
    MEDIA,
    OWNER,
    PROBLEMS,
    READS,
    busy_account,
    document,
    live,
    outcomes_in_part,
    planned,
    stack,
    system,
)

CASES = Path(__file__).parent / "cases"
NEW = planned(MEDIA, live())
MIXED = planned(BUSY, busy_account())
EMPTY = planned(stack(), live())
IN_PART = summarize(MIXED[0], outcomes_in_part(MIXED[0]), run_id="20260102-3f9a", digest="sha256:00")
WHOLE = summarize(
    NEW[0], [Outcome(c, "done") for c in NEW[0].changes], run_id="20260102-77b1", digest="sha256:01"
)
REFUSED = replace(
    MIXED[0],
    problems=PROBLEMS,
    rails=in_use(frozenset({group_address("writers")}), [membership_address(user_address("eve"), "writers")]),
    targets=("user/analyst", "policy/ice-read-office"),
)
LINES = (
    PolicyLine(system("AliyunICEFullAccess"), "Provides full access to Intelligent Media Service.", 3, ""),
    PolicyLine(PolicyRef("custom", "ice-read-office"), "Some reads of IMS from the office", 1, OWNER),
)
HELD = PolicyDetail(LINES[1], document(*READS), (user_address("analyst"), group_address("readers")))
UNREAD = PolicyDetail(LINES[0], opaque("{not json"), ())
CALLER = Caller("1234567890123456", "acs:ram::1234567890123456:user/ci", "RAMUser")
MEANT = (
    replace(
        MIXED[0],
        permissions=(
            Meaning(
                user_address("analyst"),
                (
                    Ability(
                        "ice",
                        "Intelligent Media Service",
                        ("ice:GetMediaInfo",),
                        1,
                        when="only from 192.168.0.1",
                    ),
                ),
                (Ability("oss", "Object Storage Service", ("oss:DeleteObject", "oss:PutObject"), 2),),
            ),
            Meaning(
                user_address("media-admin"),
                (
                    Ability(
                        "ram", "Resource Access Management", ("ram:CreateUser", "ram:ListUsers"), 2, ("*:*",)
                    ),
                ),
                escalations=("ram:AttachPolicyToUser", "ram:CreateAccessKey"),
            ),
        ),
    ),
    *MIXED[1:],
)
READ = replace(MEDIA, inputs=(InputFile(FILE, "00"),))
ALICE, READERS = user_address("analyst"), group_address("readers")
RUN = Run(
    id="3b56343ecf5a0d9e",
    path=".ramstack/journal/20260102T030405.000000Z-media.jsonl",
    started_at="2026-01-02T03:04:05.000000Z",
    caller="acs:ram::1234567890123456:user/ci",
    version="0.1.0",
    pipeline_url="https://ci.example/jobs/7",
    plan=MIXED[0],
    digest="sha256:00",
    owners={},
    writes=(
        Write(1, "", 0, "CreateGroup", {"name": "readers"}, (READERS,), "done", "R-1"),
        Write(
            2, "", 1, "UpdateUser", {}, (ALICE,), "refused", "R-2", Fault("NoPermission", "not authorized")
        ),
        Write(3, "", 2, "UpdateUser", {}, (ALICE,)),
    ),
    outcomes=tuple(outcomes_in_part(MIXED[0])),
)
ENDED = replace(
    RUN, id="cf5a5f1f09e41627", exit_code=0, outcomes=tuple(Outcome(c, "done") for c in MIXED[0].changes)
)
DAMAGED = (
    warning("damaged-journal", "A journal cannot be read", "x.jsonl:3: it is not a line of a journal"),
)


def progress_lines() -> str:
    stream = StringIO()
    watcher = LineWatcher(stream)
    watcher.started(MIXED[1])
    for outcome in outcomes_in_part(MIXED[0]):
        watcher.outcome(outcome)
    watcher.finished()
    return stream.getvalue()


def body(page: str) -> str:
    """A page without its style and script, which are files of their own."""
    return re.sub(r"<(style|script)>.*?</\1>|sha256-[^']+|ramstack [0-9.]+(?=\.)", "", page, flags=re.DOTALL)


VIEWS: dict[str, Callable[[], str]] = {
    "plan-new-60": lambda: plan_text(*NEW, color=False, width=60),
    "plan-new-100": lambda: plan_text(*NEW, color=False, width=100),
    "plan-new-160": lambda: plan_text(*NEW, color=False, width=160),
    "plan-mixed-60": lambda: plan_text(*MIXED, color=False, width=60),
    "plan-mixed-100": lambda: plan_text(*MIXED, color=False, width=100),
    "plan-mixed-100-color": lambda: plan_text(*MIXED, color=True, width=100),
    "plan-mixed-100-calls": lambda: plan_text(*MIXED, color=False, width=100, calls=True),
    "plan-refused-100": lambda: plan_text(REFUSED, *MIXED[1:], color=False, width=100),
    "plan-empty": lambda: plan_text(*EMPTY, color=False, width=100),
    "plan-mixed-100-concise": lambda: plan_text(*MEANT, color=False, width=100, concise=True),
    "plan-meant-100": lambda: plan_text(*MEANT, color=False, width=100),
    "plan-markdown": lambda: plan_markdown(REFUSED, *MIXED[1:], calls=True),
    "plan-markdown-meant": lambda: plan_markdown(*MEANT),
    "plan-markdown-concise": lambda: plan_markdown(*MEANT, concise=True),
    "plan-markdown-empty": lambda: plan_markdown(*EMPTY),
    "plan-html": lambda: body(plan_html(*MEANT)),
    "plan-html-empty": lambda: body(plan_html(*EMPTY)),
    "problems-100": lambda: problems_text(PROBLEMS, color=False, width=100),
    "problems-60": lambda: problems_text(PROBLEMS, color=False, width=60),
    "problems-none": lambda: problems_text((), color=False, width=100),
    "report-in-part-60": lambda: report_text(IN_PART, color=False, width=60),
    "report-in-part-100": lambda: report_text(
        IN_PART, color=False, width=100, again=f"ramstack apply {FILE}"
    ),
    "report-whole": lambda: report_text(WHOLE, color=False, width=100),
    "report-in-part-json": lambda: json_text(report_document(IN_PART)),
    "policies-60": lambda: policies_text(LINES, color=False, width=60),
    "policies-100": lambda: policies_text(LINES, color=False, width=100),
    "policy-detail": lambda: policy_detail_text(HELD, color=False, width=100),
    "policy-detail-unread": lambda: policy_detail_text(UNREAD, color=False, width=100),
    "whoami": lambda: whoami_text(CALLER, "the embedded account", color=False, width=100),
    "validate-good": lambda: validate_text(Review((READ,)), refused=False, color=False, width=100),
    "validate-bad": lambda: validate_text(Review(problems=PROBLEMS), refused=True, color=False, width=100),
    "progress-lines": progress_lines,
    "history-none": lambda: history_text((), (), color=False, width=100),
    "history-60": lambda: history_text((ENDED, RUN), DAMAGED, color=False, width=60),
    "history-100": lambda: history_text((ENDED, RUN), DAMAGED, color=False, width=100),
    "history-json": lambda: json_text(history_document((ENDED, RUN), DAMAGED)),
    "history-run-60": lambda: run_text(RUN, color=False, width=60),
    "history-run-100": lambda: run_text(RUN, color=False, width=100),
    "history-run-json": lambda: json_text(run_document(RUN)),
}


@pytest.mark.parametrize("name", VIEWS)
def test_view_is_as_approved(name):
    """Every view shows what somebody looked at and found good."""
    path, shown = CASES / f"{name}.txt", VIEWS[name]()
    if os.environ.get("RAMSTACK_REFRESH") == "1":
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


def test_no_case_is_left_over():
    """Every file in the folder belongs to a view."""
    assert {path.stem for path in CASES.glob("*.txt")} == set(VIEWS)
