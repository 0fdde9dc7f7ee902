"""Confirming: what was written is read back in bulk; what is not seen within bounds is not called done, and doubts end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.outcome import Fault, Outcome
from ramstack.model.resource import AccessKey, Console, Resource

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
WAS_IN_DOUBT = "WasInDoubt"


def confirm(
    outcomes: Sequence[Outcome], look: Callable[[], Account], sleep: Callable[[float], None]
) -> tuple[Outcome, ...]:
    """The outcomes, where `done` now means that reading shows it: what is not seen is uncertain.

    What was uncertain before and is seen is done; it is looked for, but not waited for. What was skipped because of it
    says that it need not have been.
    """
    unseen = {o.change.address: o for o in outcomes if o.status in ("done", "uncertain")}
    doubted = {o.change.address for o in outcomes if o.status == "uncertain"}
    for wait in WAITS if unseen else ():
        sleep(wait)
        live = look()
        unseen = {address: one for address, one in unseen.items() if not is_seen(one, live)}
        if unseen.keys() <= doubted:
            break
    judged = tuple(_judged(outcome, is_seen=outcome.change.address not in unseen) for outcome in outcomes)
    cleared = doubted & {o.change.address for o in judged if o.status == "done"}
    return tuple(_cleared(o, o.caused_by) if o.caused_by in cleared else o for o in judged)


def is_seen(outcome: Outcome, live: Account) -> bool:
    """Whether the account shows what the change wanted. Keys are told by their ids: slots move up when an older key goes."""
    change, held = outcome.change, live.get(outcome.change.address)
    if change.address.kind == "access_key":
        return _is_key_seen(outcome, live)
    if isinstance(change.after, Console):
        return held == replace(change.after, password="", sink="") and not _is_lost(held)
    return held == change.after


def _is_key_seen(outcome: Outcome, live: Account) -> bool:
    change, root = outcome.change, outcome.change.address.root
    keys = {k.id: k for a, k in live.resources.items() if a.root == root and isinstance(k, AccessKey)}
    before = change.before
    if not isinstance(change.after, AccessKey):
        return isinstance(before, AccessKey) and before.id not in keys
    held = keys.get(outcome.key_id)
    is_gone = not isinstance(before, AccessKey) or before.id == outcome.key_id or before.id not in keys
    is_known = bool(change.after.id) or (held is not None and held.standing == "delivered")
    return is_gone and is_known and held is not None and held.status == change.after.status


def _is_lost(resource: Resource | None) -> bool:
    return isinstance(resource, Console) and resource.is_lost


def _judged(outcome: Outcome, *, is_seen: bool) -> Outcome:
    match outcome.status:
        case "done" if not is_seen:
            return replace(outcome, status="uncertain", fault=NOT_SEEN)
        case "uncertain" if is_seen:
            return replace(outcome, status="done", fault=None)
        case _:
            return outcome


def _cleared(outcome: Outcome, cause: Address | None) -> Outcome:
    """Skipped because of what turned out to be done: nothing stands in its way any more."""
    message = f"{cause} was in doubt when this was due, and turned out done later: it can be done now"
    return replace(outcome, caused_by=None, fault=Fault(WAS_IN_DOUBT, message))
