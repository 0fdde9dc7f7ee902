"""Confirming: what was written is read back in bulk; what is not seen within bounds is not called done, and doubts end."""

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
    """The outcomes, where `done` now means that reading shows it: what is not seen is uncertain.

    What was uncertain before and is seen is done; it is looked for, but not waited for.
    """
    wanted = {o.change.address: o.change.after for o in outcomes if o.status in ("done", "uncertain")}
    doubted = {o.change.address for o in outcomes if o.status == "uncertain"}
    unseen = set(wanted)
    for wait in WAITS if wanted else ():
        sleep(wait)
        live = look()
        unseen = {address for address in unseen if live.get(address) != wanted[address]}
        if unseen <= doubted:
            break
    return tuple(_judged(outcome, is_seen=outcome.change.address not in unseen) for outcome in outcomes)


def _judged(outcome: Outcome, *, is_seen: bool) -> Outcome:
    match outcome.status:
        case "done" if not is_seen:
            return replace(outcome, status="uncertain", fault=NOT_SEEN)
        case "uncertain" if is_seen:
            return replace(outcome, status="done", fault=None)
        case _:
            return outcome
