"""What must be true after every run, whatever happened to it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from ramstack.account.lists import LOCK_PREFIX
from ramstack.account.runs import list_runs
from ramstack.emulator import EmbeddedAccount, LoggedCall
from ramstack.emulator.faults import UNPERFORMED
from ramstack.model.run import Run
from tests.cli.shell import Result

KINDS = {
    "AttachPolicyToUser": "AttachPolicy",
    "AttachPolicyToGroup": "AttachPolicy",
    "AttachPolicyToRole": "AttachPolicy",
    "DetachPolicyFromUser": "DetachPolicy",
    "DetachPolicyFromGroup": "DetachPolicy",
    "DetachPolicyFromRole": "DetachPolicy",
    "TagUsers": "TagResources",
    "TagPolicies": "TagResources",
    "TagRoles": "TagResources",
    "UntagUsers": "UntagResources",
    "UntagPolicies": "UntagResources",
    "UntagRoles": "UntagResources",
    "UnbindMfa": "UnbindMFADevice",
}
"""Where calls have another name in the journal than in the log, or several: one name for both."""


def check_report(result: Result) -> None:
    """Exactly one outcome for every change, and the exit code that follows."""
    report = result.json
    addresses = [outcome["address"] for outcome in report["outcomes"]]
    assert len(addresses) == len(set(addresses))
    statuses = {outcome["status"] for outcome in report["outcomes"]}
    assert result.code == report["exit_code"] == (0 if statuses <= {"done"} else 5)


def check_journal(account: EmbeddedAccount, folder: Path) -> None:
    """The last run's journal and the account's log tell one story."""
    history = list_runs(folder)
    assert history.problems == ()
    check_run(history.runs[-1], logged(account))


def logged(account: EmbeddedAccount) -> list[LoggedCall]:
    """The writes of runs, locks aside."""
    calls = [call for call in account.calls() if call.kind == "write"]
    return [call for call in calls if not call.params.get("PolicyName", "").startswith(LOCK_PREFIX)]


def check_run(run: Run, calls: list[LoggedCall]) -> None:
    """Every write in the log was noted, every answer in the journal was given, and every change has one outcome."""
    assert [outcome.change.address for outcome in run.outcomes] == [c.address for c in run.plan.changes]
    by_id = {call.request_id: call for call in calls}
    for write in run.writes:
        call = by_id.get(write.request_id)
        if write.answer == "done":
            assert call is not None, write
            assert (kind(write.call), call.status) == (kind(call.action), 200), (write, call)
        elif write.answer == "refused":
            assert call is None or call.status >= 400, (write, call)
    performed = [call for call in calls if call.status == 200 and call.fault not in UNPERFORMED]
    answered = {write.request_id for write in run.writes if write.answer == "done"}
    unanswered = Counter(kind(call.action) for call in performed if call.request_id not in answered)
    doubtful = Counter(kind(write.call) for write in run.writes if write.answer in ("uncertain", "none"))
    assert unanswered <= doubtful, (unanswered, doubtful)


def kind(name: str) -> str:
    return KINDS.get(name, name)
