"""The report of an apply: what became of every change, and the exit code that follows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ramstack.model.change import Plan
from ramstack.model.errors import GatewayError, RamstackError
from ramstack.model.outcome import Outcome, Status
from ramstack.model.proof import Proof

FORMAT_VERSION = "1.0"
STATUSES: tuple[Status, ...] = ("done", "failed", "uncertain", "skipped")
DONE, IN_PART = 0, 5


@dataclass(frozen=True)
class Report:
    """One outcome for every change of the plan with this digest, in order of address; none when it was refused before
    the first write, and then `reason` is the exit code.
    """

    run_id: str
    account: str
    stacks: tuple[str, ...]
    digest: str
    outcomes: tuple[Outcome, ...]
    reason: int = DONE
    proofs: tuple[Proof, ...] = ()

    @property
    def exit_code(self) -> int:
        """The `reason` when nothing was tried. Else 0 when everything was done and every key that was tried did what its
        user's policies say, and 5 otherwise: a write was tried, so "nothing happened" is not for us to say.
        """
        if not self.outcomes:
            return self.reason
        is_good = all(proof.is_expected for proof in self.proofs)
        return DONE if is_good and self.count("done") == len(self.outcomes) else IN_PART

    def count(self, status: Status) -> int:
        return Counter(outcome.status for outcome in self.outcomes)[status]

    def with_status(self, status: Status) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.status == status)


def summarize(
    plan: Plan,
    outcomes: Iterable[Outcome],
    *,
    run_id: str,
    digest: str,
    reason: int = DONE,
    proofs: tuple[Proof, ...] = (),
) -> Report:
    """Takes outcomes as they arrive; the report does not depend on their order."""
    settled = tuple(sorted(outcomes, key=lambda outcome: outcome.change.address))
    return Report(run_id, plan.account, plan.stacks, digest, settled, reason, proofs)


def report_document(report: Report) -> dict[str, object]:
    """The apply report of design "Contracts"."""
    return {
        "format_version": FORMAT_VERSION,
        "run_id": report.run_id,
        "account": report.account,
        "stacks": list(report.stacks),
        "digest": report.digest,
        "exit_code": report.exit_code,
        "summary": {status: report.count(status) for status in STATUSES},
        "outcomes": [_outcome_record(outcome) for outcome in report.outcomes],
    }


def _outcome_record(outcome: Outcome) -> dict[str, object]:
    change, fault = outcome.change, outcome.fault
    return {
        "address": str(change.address),
        "kind": change.address.kind,
        "action": change.action,
        "status": outcome.status,
        "request_id": outcome.request_id or None,
        "key_id": outcome.key_id or None,
        "sink": outcome.sink or None,
        "caused_by": str(outcome.caused_by) if outcome.caused_by else None,
        "error": {"code": fault.code, "message": fault.message} if fault else None,
    }


def failure_document(error: RamstackError, exit_code: int) -> dict[str, object]:
    """The report of a run that ended before the first write, and why."""
    match error:
        case GatewayError(code=code, message=message):
            told = {"code": code, "message": message}
        case _:
            told = {"code": type(error).__name__, "message": str(error)}
    return {
        "format_version": FORMAT_VERSION,
        "run_id": "",
        "account": "",
        "stacks": [],
        "digest": "",
        "exit_code": exit_code,
        "summary": dict.fromkeys(STATUSES, 0),
        "outcomes": [],
        "error": told,
    }
