"""Drift: what somebody else changed in the account since the last runs of the stacks. Pure, and nothing is read for it.

Marks decide whose a root is: what a run of another stack, or of another lineage, left is not asked about. Of settings of the
account, which carry none, whatever run wrote them last is asked, where a stack declares them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.change import Action, Drift
from ramstack.model.resource import AccessKey, Console, Policy, Resource
from ramstack.model.run import Run
from ramstack.model.stack import RoleWish, Stack, UserWish, ignores_tag
from ramstack.planning.traces import Trace, Traces, traces_of

ADDABLE = ("tag", "membership", "attachment")


def find_drift(
    runs: Iterable[Run], live: Account, stacks: Sequence[Stack], targets: Iterable[Address] = ()
) -> tuple[Drift, ...]:
    """What was left and what is there, where these are not the same; in order of address."""
    owners, asked = {stack.owner for stack in stacks}, {target.root for target in targets}
    traces = traces_for(stacks, runs, live.id)
    roots = {a for a in traces if a.is_root and (not asked or a in asked)}
    ours = {a for a in roots if live.owner_of(a) in owners}
    held = (a for a in live.resources if a.root in ours and a.kind in ADDABLE)
    left = (a for a in traces if a in roots or a.root in ours)
    seen = sorted(a for a in {*held, *left} if _is_watched(a, live, stacks))
    return tuple(found for address in seen for found in _moved(address, traces, live))


def traces_for(stacks: Sequence[Stack], runs: Iterable[Run], account: str) -> Traces:
    """What runs left of what carried a mark of these stacks, and of the settings that they declare, which nobody can mark."""
    owners = {stack.owner for stack in stacks}
    settings = {address for stack in stacks for address in stack.settings}
    found = traces_of(runs, account).items()
    return {a: trace for a, trace in found if trace.owner in owners or a in settings}


def _is_watched(address: Address, live: Account, stacks: Sequence[Stack]) -> bool:
    """Whether it was read, and is nothing that comes and goes by itself. Grants of resource groups are not in every source."""
    if any(part.hides(address) for part in live.unread):
        return False
    users = [wish for wish in _wishes(address, stacks) if isinstance(wish, UserWish)]
    match address.kind:
        case "tag":
            ignored = (pattern for wish in _wishes(address, stacks) for pattern in wish.ignore_tags)
            return not ignores_tag(address.tag_key, ignored)
        case "attachment":
            return not address.resource_group
        case "console":
            return any(wish.console for wish in users)
        case "access_key":
            return any(wish.access_keys for wish in users)
        case kind:
            return kind != "mfa"


def _wishes(address: Address, stacks: Sequence[Stack]) -> Iterator[UserWish | RoleWish]:
    """The blocks of the user or role that an address belongs to."""
    for stack in stacks:
        declared: Mapping[str, UserWish | RoleWish] = stack.roles if address[0] == "role" else stack.users
        if address.name in declared:
            yield declared[address.name]


def _moved(address: Address, traces: Traces, live: Account) -> Iterator[Drift]:
    trace, now = traces.get(address), _now(address, traces, live)
    if trace is None:
        yield _drift(traces[address.root].run, address, "create", None, now)
    elif trace.is_known and now is None:
        yield _drift(trace.run, address, "delete", trace.resource, None)
    elif trace.is_known and now and not _is_as_left(trace, now):
        yield _drift(trace.run, address, "update", trace.resource, now)


def _drift(
    run: Run, address: Address, action: Action, before: Resource | None, after: Resource | None
) -> Drift:
    return Drift(address, action, before, after, run.id, run.started_at)


def _now(address: Address, traces: Traces, live: Account) -> Resource | None:
    """What is there. A key is known by its id: slots move up when an older key goes."""
    trace = traces.get(address)
    if trace and isinstance(trace.resource, AccessKey):
        keys = (r for a, r in live.resources.items() if a.root == address.root and isinstance(r, AccessKey))
        return next((key for key in keys if key.id == trace.resource.id), None)
    return live.get(address)


def _is_as_left(trace: Trace, now: Resource) -> bool:
    """A document that nobody read is taken for unchanged, and so is a logon whose user has changed the password as told."""
    match trace.resource, now:
        case _, Policy(document=None):
            return True
        case Console() as left, Console() as logon:
            return left.mfa_required == logon.mfa_required and left.reset_required >= logon.reset_required
    return trace.holds(now)
