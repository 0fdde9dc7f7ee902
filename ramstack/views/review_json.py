"""What `validate --format json` prints."""

from __future__ import annotations

from ramstack.planning.expects import Trial
from ramstack.planning.lint import Review
from ramstack.planning.planfile import problem_records


def review_document(review: Review, exit_code: int) -> dict[str, object]:
    """Every problem, what is silenced and why, and how each access test went."""
    silenced = zip(problem_records(one.problem for one in review.silenced), review.silenced, strict=True)
    return {
        "format_version": "1.0",
        "stacks": [stack.name for stack in review.stacks],
        "problems": problem_records((*review.failures, *review.problems)),
        "silenced": [
            {**record, "reason": one.by.reason, "by": str(one.by.origin)} for record, one in silenced
        ],
        "tests": [_trial_record(trial) for trial in review.trials],
        "exit_code": exit_code,
    }


def _trial_record(trial: Trial) -> dict[str, object]:
    test = trial.test
    return {
        "stack": trial.stack,
        "subject": str(trial.subject),
        "allow": list(test.allow),
        "deny": list(test.deny),
        "context": dict(test.context),
        "resource": test.resource,
        "status": trial.status,
        "details": list(trial.failures or trial.doubts),
        "origin": str(test.origin),
    }
