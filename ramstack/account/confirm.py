"""Confirming: what was written is read back in bulk, and what is not seen within bounds is not called done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ramstack.model.account import Account
from ramstack.model.outcome import Fault, Outcome

WAITS = (
    0.0,
    0.5,
    1.0,
    2.0,
    4.0,
    8.0,
    8.0,
)  # seconds before each look; what the service may lag is not published
NOT_SEEN = Fault("NotSeen", "the service took it, and reading does not show it yet: applied but not seen")


def confirm(
    outcomes: Sequence[Outcome], look: Callable[[], Account], sleep: Callable[[float], None]
) -> tuple[Outcome, ...]:
    """The outcomes, where `done` now means that reading shows it too; what is not seen is uncertain."""
    unseen = {outcome.change.address for outcome in outcomes if outcome.status == "done"}
    for wait in WAITS:
        if unseen:
            sleep(wait)
            live = look()
            unseen = {
                outcome.change.address
                for outcome in outcomes
                if outcome.change.address in unseen
                and live.get(outcome.change.address) != outcome.change.after
            }
    return tuple(_doubted(outcome) if outcome.change.address in unseen else outcome for outcome in outcomes)


def _doubted(outcome: Outcome) -> Outcome:
    return replace(outcome, status="uncertain", fault=NOT_SEEN)
