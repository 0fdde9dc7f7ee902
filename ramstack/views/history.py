"""Runs as documents: what `history --format json` gives."""

from __future__ import annotations

from collections.abc import Iterable

from ramstack.model.outcome import Fault, Outcome
from ramstack.model.problem import Problem
from ramstack.model.run import Run, Write
from ramstack.planning.planfile import change_record, problem_records
from ramstack.views.report import STATUSES

FORMAT_VERSION = "1.0"


def history_document(runs: Iterable[Run], problems: Iterable[Problem]) -> dict[str, object]:
    """Every run, oldest first, without its changes."""
    told = [_run_record(run) for run in runs]
    return {"format_version": FORMAT_VERSION, "runs": told, "problems": problem_records(problems)}


def run_document(run: Run) -> dict[str, object]:
    """One run whole: every change with its outcome, every call with its answer."""
    changes = [_outcome_record(outcome) for outcome in run.outcomes]
    calls = [_write_record(write) for write in run.writes]
    return {"format_version": FORMAT_VERSION, **_run_record(run), "changes": changes, "calls": calls}


def _run_record(run: Run) -> dict[str, object]:
    """`exit_code` is null for a run that was killed, or is still under way."""
    return {
        "run_id": run.id,
        "started_at": run.started_at,
        "ended_at": run.ended_at or None,
        "account": run.plan.account,
        "caller": run.caller,
        "stacks": list(run.plan.stacks),
        "ramstack_version": run.version,
        "pipeline_url": run.pipeline_url or None,
        "digest": run.digest,
        "journal": run.path,
        "summary": {status: run.count(status) for status in STATUSES},
        "exit_code": run.exit_code,
    }


def _outcome_record(outcome: Outcome) -> dict[str, object]:
    return {
        **change_record(outcome.change),
        "status": outcome.status,
        "request_id": outcome.request_id or None,
        "caused_by": str(outcome.caused_by) if outcome.caused_by else None,
        "error": _error(outcome.fault),
    }


def _write_record(write: Write) -> dict[str, object]:
    return {
        "number": write.number,
        "at": write.at,
        "step": write.step,
        "call": write.call,
        "fields": dict(write.fields),
        "covers": [str(address) for address in write.covers],
        "answer": write.answer,
        "request_id": write.request_id or None,
        "error": _error(write.fault),
    }


def _error(fault: Fault | None) -> dict[str, str] | None:
    return {"code": fault.code, "message": fault.message} if fault else None
