"""Confirming: what was written is read back in bulk; what is not seen within bounds is not called done, and doubts end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ramstack.model.account import Account
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


def confirm(
    outcomes: Sequence[Outcome], look: Callable[[], Account], sleep: Callable[[float], None]
) -> tuple[Outcome, ...]:
    """The outcomes, where `done` now means that reading shows it: what is not seen is uncertain.

    What was uncertain before and is seen is done; it is looked for, but not waited for.
    """
    wanted = {o.change.address: o for o in outcomes if o.status in ("done", "uncertain")}
    doubted = {o.change.address for o in outcomes if o.status == "uncertain"}
    unseen = set(wanted)
    for wait in WAITS if wanted else ():
        sleep(wait)
        live = look()
        unseen = {address for address in unseen if not is_seen(wanted[address], live)}
        if unseen <= doubted:
            break
    return tuple(_judged(outcome, is_seen=outcome.change.address not in unseen) for outcome in outcomes)


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
    if not isinstance(change.after, AccessKey):
        return outcome.key_id not in keys
    held, before = keys.get(outcome.key_id), change.before
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
