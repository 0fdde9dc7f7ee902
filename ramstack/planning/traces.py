"""Traces: what the runs of journals left in an account, address by address. Pure.

The last word counts: a later run had read all of the roots that it touched, so what it saw there replaces what earlier runs
left, and then come its own changes, those that were done. What may have been done is known no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ramstack.model.address import Address
from ramstack.model.change import Change
from ramstack.model.outcome import Outcome
from ramstack.model.resource import AccessKey, Console, Resource, Root
from ramstack.model.run import Run
from ramstack.planning.credentials import KINDS as CREDENTIALS
from ramstack.planning.fingerprint import digest, roots_seen
from ramstack.planning.record import record_of
from ramstack.planning.rename import renamed, renames_of

UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """What an address held when a run ended, by its digest; the resource itself where a run wrote it. `owner` is the mark of its
    root.
    """

    digest: str
    owner: str
    run: Run
    resource: Resource | None = None

    @property
    def is_known(self) -> bool:
        return self.digest != UNKNOWN

    def holds(self, now: Resource) -> bool:
        return now == self.resource if self.resource else digest(record_of(now)) == self.digest


Traces = Mapping[Address, Trace]
"""A root that is in here is in here with all that hangs below it; of credentials only with those that runs made."""


def traces_of(runs: Iterable[Run], account: str) -> Traces:
    """What the runs in this account left, the oldest run first."""
    traces: Traces = {}
    for run in runs:
        done = [outcome for outcome in run.outcomes if outcome.status == "done"]
        if done and run.plan.account == account:
            traces = _after(run, done, traces)
    return traces


def _after(run: Run, done: Iterable[Outcome], earlier: Traces) -> Traces:
    made = [_as_held(outcome) for outcome in done]
    owners = {**run.owners, **{c.address: c.after.owner for c in made if isinstance(c.after, Root)}}
    moves = renames_of(made)
    traces = {renamed(a, moves): trace for a, trace in _seen(run, earlier).items()}
    gone = {c.address for c in made if c.after is None}
    lost = {o.change.address for o in run.outcomes if o.status == "uncertain"}
    traces = {a: t for a, t in traces.items() if not {a, a.root} & gone and a.root not in lost}
    traces |= {c.address: _trace(run, owners, c) for c in made if c.after and c.address.root not in lost}
    traces |= {a: Trace(UNKNOWN, owners.get(a.root, ""), run) for a in lost if a.root not in lost}
    return {a: replace(t, owner=owners.get(a.root, t.owner)) for a, t in traces.items()}


def _seen(run: Run, earlier: Traces) -> dict[Address, Trace]:
    """What the run saw before it wrote: of the roots that it touched all, of the others what earlier runs left."""
    whole = roots_seen(run.plan.changes)
    kept = {a: trace for a, trace in earlier.items() if a.root not in whole}
    for text, seen in run.plan.fingerprints.items():
        address = Address.parse(text)
        known = earlier.get(address)
        resource = known.resource if known and known.digest == seen else None
        if address.root in whole and (resource or address.kind not in CREDENTIALS):
            kept[address] = Trace(seen, "", run, resource)
    return kept


def _trace(run: Run, owners: Mapping[Address, str], change: Change) -> Trace:
    assert change.after
    owner = owners.get(change.address.root, "")
    return Trace(digest(record_of(change.after)), owner, run, change.after)


def _as_held(outcome: Outcome) -> Change:
    """The change with what reading shows of it afterwards: a key has its id, and sinks and passwords are nowhere."""
    change = outcome.change
    match change.after:
        case AccessKey() as key:
            return replace(change, after=replace(key, id=outcome.key_id or key.id, sink=""))
        case Console() as logon:
            return replace(change, after=replace(logon, password="", sink=""))
    return change
