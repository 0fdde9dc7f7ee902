"""From stacks and a live account to a plan. Pure: the clock's reading comes in.

    rename ─► wish ─► refusals ─► narrow to what is ours ─► diff ─► rails

Everything that is not ours is put outside the comparison before it; nothing is filtered out of a finished diff but by
`--target`, which a person asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.change import Change, Note, Plan
from ramstack.model.moment import stamp
from ramstack.model.problem import Problem, in_order
from ramstack.model.rails import NO_LIMITS, RailLimits
from ramstack.model.stack import Stack
from ramstack.planning.adoption import Marks, marked
from ramstack.planning.blindspots import blind_spots, hidden_roots, plannable
from ramstack.planning.credentials import Credentials
from ramstack.planning.diff import diff
from ramstack.planning.fingerprint import base_of, fingerprints
from ramstack.planning.hazards import in_recycle_bin, over_quota, target_of_nothing, too_long, weakened
from ramstack.planning.lint.suppress import unknown_suppressions
from ramstack.planning.names import Catalogue, Names
from ramstack.planning.ownership import declared_roots, owned_by, refusals
from ramstack.planning.rails import Allowed, dependents_of, in_use, lifted, protected
from ramstack.planning.remarks import explained, remarked
from ramstack.planning.rename import find_renames, old_names, rename, renamed
from ramstack.planning.sightings import sightings
from ramstack.planning.sinks import sinks_needed
from ramstack.planning.wish import UNKNOWN_POLICY, Wish, wish_of

LIFETIME = timedelta(hours=24)


@dataclass(frozen=True)
class Request:
    """What a person asked of a plan: when, for which addresses (none: all), which rails are lifted, and the limits that no
    stack can widen.
    """

    at: datetime
    targets: tuple[Address, ...] = ()
    allowed: Allowed = field(default_factory=dict)
    lifetime: timedelta = LIFETIME
    floor: RailLimits = NO_LIMITS


@dataclass(frozen=True)
class Claim:
    """One stack's wish, what it owns and no longer declares, and what is refused to it."""

    wish: Wish
    leaving: frozenset[Address]
    refused: tuple[Problem, ...]


def make_plan(stacks: Sequence[Stack], live: Account, request: Request) -> Plan:
    """Exactly the changes that make the account what the stacks say, of what they own; nothing else."""
    renames = [find_renames(stack, live) for stack in stacks]
    moved = rename(live, {old: new for found in renames for old, new in found.moves.items()})
    claims = _claims(stacks, moved, request.at)
    refused = [p for found in renames for p in found.refused] + [p for claim in claims for p in claim.refused]
    wanted = frozenset(a for stack in stacks for a in declared_roots(stack) | old_names(stack))
    hidden = hidden_roots(live, wanted)
    standing = tuple(p for p in lifted(refused, request.allowed) if p.address not in hidden)
    hands_off = {p.address for p in standing} | {a for found in renames for a in found.hands_off} | hidden
    asked = {target.root for target in request.targets}
    leaving = frozenset(a for c in claims for a in c.leaving if not asked or a in asked) - hands_off
    ours = frozenset(a for claim in claims for a in claim.wish.roots) - hands_off | leaving
    others = frozenset(a for a in dependents_of(leaving, moved) if a.root not in ours)
    used = lifted(in_use(leaving, others), request.allowed)
    taken = frozenset() if used else others
    view = moved.only(lambda a: a.root in ours or a in taken)
    wished = {a: r for claim in claims for a, r in claim.wish.desired.resources.items()}
    desired = replace(view, resources=wished).only(lambda a: a.root in ours and a.target not in leaving)
    origins = {a: o for claim in claims for a, o in claim.wish.origins.items()}
    changes = _targeted(diff(view, desired, origins), request.targets)
    problems = [
        *(p for found in renames for p in found.problems),
        *(p for claim in claims for p in claim.wish.problems),
        *(p for stack in stacks for p in stack.told if p.rule != UNKNOWN_POLICY),
        *(p for stack in stacks for p in unknown_suppressions(stack)),
        *over_quota(moved, changes, len(stacks)),
        *too_long(moved, changes),
        *in_recycle_bin(moved, changes),
        *target_of_nothing(request.targets, live, desired),
        *sightings(ours - leaving, moved, origins),
    ]
    credentials = [claim.wish.credentials for claim in claims]
    reasons = {a: why for known in credentials for a, why in known.reasons.items()}
    rails = (*standing, *used, *protected(changes))
    told = explained(remarked(changes, moved), reasons)
    plan = _plan(live, request, stacks, told, in_order(problems), rails, wanted)
    notes = {a: text for known in credentials for a, text in known.notes.items() if a.root in ours}
    return replace(
        plan,
        notes=tuple(Note(address, text) for address, text in sorted(notes.items())),
        sinks=sinks_needed(changes, stacks),
    )


def asks_last_use(stacks: Sequence[Stack], live: Account, now: datetime) -> frozenset[Address]:
    """Keys whose last use decides what these stacks want of them. They are the only ones that it is read of."""
    moved = rename(
        live, {old: new for stack in stacks for old, new in find_renames(stack, live).moves.items()}
    )
    back = {new: old for stack in stacks for old, new in find_renames(stack, live).moves.items()}
    asked = (a for stack in stacks for a in Credentials(stack, moved, now).asks)
    return frozenset(renamed(address, back) for address in asked)


def new_users(stacks: Sequence[Stack], live: Account) -> frozenset[Address]:
    """Users that these stacks declare and nobody made yet."""
    declared = (
        declared_roots(stack) - frozenset(find_renames(stack, live).moves.values()) for stack in stacks
    )
    return frozenset(a for roots in declared for a in roots if a.kind == "user" and a not in live)


def plan_marks(stacks: Sequence[Stack], live: Account, marks: Marks, request: Request) -> Plan:
    """The plan that sets owner marks and does nothing else: adopt and release."""
    changes = diff(live, marked(live, marks))
    told = [p for p in (*marks.problems, *marks.rails) if p.address]
    asked = frozenset({*marks.owners, *(p.address for p in told if p.address)})
    hidden = hidden_roots(live, asked)
    problems = [p for p in marks.problems if p.address not in hidden]
    rails = tuple(p for p in marks.rails if p.address not in hidden)
    full = over_quota(live, changes, len(stacks))
    return _plan(live, request, stacks, changes, (*problems, *full), rails, asked)


def _plan(
    live: Account,
    request: Request,
    stacks: Sequence[Stack],
    changes: tuple[Change, ...],
    problems: tuple[Problem, ...] = (),
    rails: tuple[Problem, ...] = (),
    wanted: frozenset[Address] = frozenset(),
) -> Plan:
    names = tuple(stack.name for stack in stacks)
    inputs = tuple(file for stack in stacks for file in stack.inputs)
    return replace(plan_of(live, request, names, changes, problems, rails, wanted), inputs=inputs)


def plan_of(
    live: Account,
    request: Request,
    stacks: tuple[str, ...],
    changes: tuple[Change, ...],
    problems: tuple[Problem, ...] = (),
    rails: tuple[Problem, ...] = (),
    wanted: frozenset[Address] = frozenset(),
) -> Plan:
    """A plan of changes that are known already, bound to the account as it is.

    What rests on a part of the account that could not be read is left out, and the plan is not complete; so it is where one
    of the `wanted` roots is hidden.
    """
    blind = tuple(blind_spots(wanted, changes, live))
    changes = plannable(changes, live)
    seen = fingerprints(live, changes)
    return Plan(
        account=live.id,
        caller=live.caller,
        stacks=stacks,
        created_at=stamp(request.at),
        expires_at=stamp(request.at + request.lifetime),
        changes=changes,
        fingerprints=seen,
        base=base_of(seen),
        targets=tuple(str(target) for target in request.targets),
        complete=not blind,
        problems=(*weakened(changes), *problems, *blind),
        rails=rails,
        reads=live.reads,
    )


def wishes_of(stacks: Sequence[Stack], live: Account, now: datetime) -> list[Wish]:
    """What each stack wants, with names resolved in the account as all of them leave it."""
    leaving = frozenset().union(*(_leaving(stack, live) for stack in stacks))
    there = ({a for a, _ in live.roots()} - leaving).union(*map(declared_roots, stacks))
    policies = frozenset(a.name for a in there if a.kind == "policy")
    groups = frozenset(a.name for a in there if a.kind == "group")
    names = Names(Catalogue(live.system_policies, policies), groups)
    return [wish_of(stack, live, names, now) for stack in stacks]


def _claims(stacks: Sequence[Stack], live: Account, now: datetime) -> list[Claim]:
    wishes = wishes_of(stacks, live, now)
    return [
        Claim(wish, _leaving(stack, live), refusals(stack, live, wish))
        for stack, wish in zip(stacks, wishes, strict=True)
    ]


def _leaving(stack: Stack, live: Account) -> frozenset[Address]:
    return owned_by(live, stack.owner) - declared_roots(stack)


def _targeted(changes: tuple[Change, ...], targets: tuple[Address, ...]) -> tuple[Change, ...]:
    """All changes, or those at and below the targets with the creations that these need, and what refers to what leaves."""
    if not targets:
        return changes
    wanted = {c for c in changes if c.address in targets or c.address.root in targets}
    needed = {a for c in wanted if c.action != "delete" for a in (c.address.root, c.address.target)}
    leaving = {c.address for c in wanted if c.action == "delete"}
    return tuple(
        c
        for c in changes
        if c in wanted
        or (c.address in needed and c.action != "delete")
        or (c.address.target in leaving and c.action == "delete")
    )
