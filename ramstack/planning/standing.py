"""What stands against a plan that is made and understood: rails as data, each lifted by its own `--allow NAME[=N]`.

N is how many of what the rail counts may pass: deletions, percent, grants, principals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ramstack.model.account import Account
from ramstack.model.address import Address, PolicyRef
from ramstack.model.change import Change, Plan
from ramstack.model.problem import Problem, error, warning
from ramstack.model.rails import RailLimits
from ramstack.model.resource import Root, User
from ramstack.model.stack import Stack
from ramstack.planning.holdings import Holdings, is_administrator, live_of, planned
from ramstack.planning.rails import PROTECTED, SHAPING, Allowed, lifted, protected
from ramstack.planning.trusts import keeps_out

FEW_OBJECTS = 10  # a percentage of fewer says nothing


@dataclass(frozen=True)
class Case:
    """A plan, the account that it was made from, and the limits that hold."""

    plan: Plan
    live: Account
    limits: RailLimits
    owners: frozenset[str] = frozenset()

    @cached_property
    def deleted(self) -> frozenset[Address]:
        return frozenset(c.address for c in self.plan.changes if c.address.is_root and c.action == "delete")

    @cached_property
    def deletions(self) -> tuple[Change, ...]:
        """What is deleted or taken away; what goes with its user, group or policy is not counted again."""
        gone = (c for c in self.plan.changes if c.action == "delete")
        return tuple(
            c for c in gone if c.address.is_root or not {c.address.root, c.address.target} & self.deleted
        )

    @cached_property
    def before(self) -> Holdings:
        return Holdings(live_of(self.plan, self.live))

    @cached_property
    def after(self) -> Holdings:
        return Holdings(planned(self.plan, self.live))


@dataclass(frozen=True)
class Refusal:
    """Why a plan does not pass; `size` is what `--allow NAME=N` is held against."""

    size: int
    detail: str
    address: Address | None = None


@dataclass(frozen=True)
class Rail:
    name: str
    summary: str
    judge: Callable[[Case], Iterator[Refusal]]


def standing(case: Case, allowed: Allowed) -> tuple[Problem, ...]:
    """Every refusal that was not lifted."""
    return lifted(_refused(case, RAILS), allowed)


def standing_again(case: Case, caller: str, allowed: Allowed) -> tuple[Problem, ...]:
    """What stands against a saved plan when `caller` is about to apply it.

    What stood when it was made, what the limits of whoever applies it say, and what it takes from the caller where another
    one made it.
    """
    plan = case.plan
    own = LIMITED if caller == plan.caller else (*LIMITED, SELF)
    judged = _refused(replace(case, plan=replace(plan, caller=caller)), own)
    liftable = {rule: limit for rule, limit in allowed.items() if rule not in SHAPING}
    stored = protected(plan.changes)
    rest = dict.fromkeys(rail for rail in (*plan.rails, *judged) if rail not in stored)
    return (*lifted(rest, liftable), *stored)


def _refused(case: Case, rails: Iterable[Rail]) -> Iterator[Problem]:
    for rail in rails:
        refusals = tuple(rail.judge(case))
        size = sum(refusal.size for refusal in refusals)
        lift = f"If that is meant: --allow {rail.name}" + (f"={size}" if size > 1 else "")
        for one in refusals:
            told = error(rail.name, rail.summary, f"{one.detail} {lift}", address=one.address)
            yield replace(told, size=one.size)


def limits_of(stacks: Iterable[Stack], floor: RailLimits) -> RailLimits:
    """The strictest of the floor and of every stack."""
    limits = floor
    for stack in stacks:
        limits &= stack.rails
    return limits


def owners_in(plan: Plan) -> frozenset[str]:
    """The owner marks of what a plan touches."""
    roots = (side for change in plan.changes for side in (change.before, change.after))
    return frozenset(root.owner for root in roots if isinstance(root, Root) and root.owner)


def loosened(stacks: Sequence[Stack], floor: RailLimits) -> Iterator[Problem]:
    """Limits that a stack writes wider than the floor, which holds all the same."""
    for stack in stacks:
        for name, written, least in stack.rails.looser_than(floor):
            yield warning(
                "rail-loosened",
                "Looser than the floor",
                f"stack {stack.name} writes {name}: {written}; the rails file says {least}, and that holds.",
                origin=stack.origin,
            )


def _max_deletes(case: Case) -> Iterator[Refusal]:
    limit, count = case.limits.max_deletes, len(case.deletions)
    if limit is not None and count > limit:
        yield Refusal(
            count,
            f"{count} would be deleted or taken away, and max_deletes is {limit}: {_names(case.deletions)}.",
        )


def _max_delete_percent(case: Case) -> Iterator[Refusal]:
    limit = case.limits.max_delete_percent
    owned = [address for address, root in case.live.roots() if root.owner in case.owners]
    gone = [change for change in case.deletions if change.address.is_root]
    if limit is None or len(owned) < FEW_OBJECTS or len(gone) * 100 <= limit * len(owned):
        return
    percent = -(-len(gone) * 100 // len(owned))
    yield Refusal(
        percent,
        f"{len(gone)} of the {len(owned)} objects of these stacks would be deleted, {percent} percent, and "
        f"max_delete_percent is {limit}: {_names(gone)}.",
    )


def _protected(case: Case) -> Iterator[Refusal]:
    for change in case.deletions:
        if case.limits.protects(change.address.root):
            yield Refusal(
                1, f"{change.address} would go, and rails protect {change.address.root}.", change.address
            )


def _admin_grant(case: Case) -> Iterator[Refusal]:
    for change in case.plan.changes:
        if "admin-grant" in change.risk:
            yield Refusal(1, _raised(change.address), change.address)


def _raised(address: Address) -> str:
    match address.kind:
        case "role":
            return f"{address} has administrator level, and others than now could assume it."
        case "policy":
            return f"{address} takes whoever has {address} to administrator level."
        case _:
            return f"{address} takes {address.root} to administrator level."


def _self(case: Case) -> Iterator[Refusal]:
    caller = caller_of(case.plan.caller)
    if caller is None:
        return
    lost = [meaning for meaning in case.plan.permissions if meaning.principal == caller and meaning.loses]
    if caller in case.deleted:
        yield Refusal(1, f"{caller}, which runs this, would be deleted.", caller)
    elif lost:
        yield Refusal(1, f"{caller}, which runs this, would no longer do what it may do now.", caller)
    elif any(change.address == caller and keeps_out(change) for change in case.plan.changes):
        yield Refusal(
            1, f"Fewer could assume {caller}, which runs this: perhaps not even who does now.", caller
        )


def _min_admins(case: Case) -> Iterator[Refusal]:
    least = case.limits.min_admins
    if least is None:
        return
    before, after = (administrators(side) for side in (case.before, case.after))
    if len(after) < least and before - after:
        gone = ", ".join(map(str, sorted(before - after)))
        yield Refusal(
            least - len(after),
            f"{gone} would no longer be administrators; {len(after)} users surely are one then, and min_admins is {least}.",
        )


LIMITED = (
    Rail("max-deletes", "Too many deletions", _max_deletes),
    Rail("max-delete-percent", "Too large a part would go", _max_delete_percent),
    Rail(PROTECTED, "Protected by rails", _protected),
    Rail("min-admins", "Too few administrators", _min_admins),
)
SELF = Rail("self", "Takes rights from who runs it", _self)
RAILS = (*LIMITED, Rail("admin-grant", "Grants administrator level", _admin_grant), SELF)


def caller_of(arn: str) -> Address | None:
    """Who signs the calls: `acs:ram::ID:user/ci`, `acs:ram::ID:assumed-role/deploy/session`. None: the account itself."""
    kind, _, name = arn.rpartition(":")[2].partition("/")
    match kind:
        case "user":
            return Address(("user", name))
        case "role" | "assumed-role":
            return Address(("role", name.partition("/")[0]))
        case _:
            return None


def administrators(holdings: Holdings) -> frozenset[Address]:
    """Users who surely are administrators: not frozen, and a policy that is known says so."""
    known: dict[frozenset[PolicyRef], bool] = {}
    found = set()
    for user in (p for p in holdings.principals if p.kind == "user"):
        held = frozenset(one.policy for one in holdings.of(user) if not one.resource_group)
        if held not in known:
            known[held] = is_administrator(holdings, user)
        resource = holdings.account.get(user)
        if known[held] and not (isinstance(resource, User) and resource.frozen):
            found.add(user)
    return frozenset(found)


def _names(changes: Sequence[Change], shown: int = 5) -> str:
    first = ", ".join(str(change.address) for change in changes[:shown])
    return first + (f" and {len(changes) - shown} more" if changes[shown:] else "")
