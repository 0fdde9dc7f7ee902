"""Undo: from a run to the plan that takes the account back to before it. Pure.

    names back ─► judge each change ─► homeless stay out ─► inhabited stay ─► diff ─► rails

Three values decide about each address, and about each field: what the run found, what it left, and what is there now. Now
as found: nothing to do. Now as left: it goes back. Neither: somebody changed it since, so it is left alone, and told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.change import Change, Plan
from ramstack.model.limits import is_service_tag
from ramstack.model.problem import Problem, in_order, warning
from ramstack.model.resource import Resource, Root, User
from ramstack.model.run import Run
from ramstack.planning.blindspots import hidden_roots
from ramstack.planning.diff import diff
from ramstack.planning.hazards import over_quota
from ramstack.planning.past import KEPT_APART, made_by, past_of
from ramstack.planning.plan import Request, plan_of
from ramstack.planning.rails import Allowed, in_use, lifted, protected
from ramstack.planning.remarks import remarked
from ramstack.planning.rename import Moves, rename, renamed
from ramstack.planning.steps import first_display_name

Recycled = Mapping[str, str] | None
"""Users in the recycle bin, id → name; None when it could not be read."""

RESTORED = (
    "restored from the recycle bin with the id that it had; what the bin did not keep of texts, tags, groups and policies is "
    "given again; access keys, password and MFA devices do not come back"
)
LOST = {
    "user": "created anew with a new id: access keys, password and MFA devices do not come back",
    "role": "created anew with a new id: the creation date does not come back",
    "group": "created anew: the creation date does not come back",
    "policy": "created anew: earlier versions and the creation date do not come back",
}


EMPTY_BIN: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Names:
    """`moves`: live root → the name that it gets back. `places`: the run's root → where it is judged."""

    moves: Moves = field(default_factory=dict)
    places: Moves = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def placed(self, change: Change) -> Change:
        return replace(change, address=renamed(change.address, self.places))


@dataclass(frozen=True)
class Goal:
    """What the account shall hold, and what was found on the way there."""

    desired: Account
    problems: tuple[Problem, ...] = ()
    rails: tuple[Problem, ...] = ()

    def holding(self, resources: Mapping[Address, Resource | None], problems: Iterable[Problem] = ()) -> Goal:
        """With other things at these addresses (None: nothing), and more problems."""
        held = {**self.desired.resources, **resources}
        there = {address: resource for address, resource in held.items() if resource is not None}
        desired = replace(self.desired, resources=there)
        return replace(self, desired=desired, problems=(*self.problems, *problems))


def plan_undo(run: Run, live: Account, request: Request, recycled: Recycled = EMPTY_BIN) -> Plan:
    """The inverse of all that the run did or may have done, of what still carries the mark that it had then.

    A deleted user that is still in the recycle bin comes back from there. Of what cannot be read nothing is said but that.
    """
    names = names_back(run, live)
    here = rename(live, names.moves)
    made = {renamed(address, names.places): key_id for address, key_id in made_by(run).items()}
    asked = frozenset(c.address.root for touched in run.touched for c in (touched, names.placed(touched)))
    hidden = hidden_roots(live, asked)
    placed = (names.placed(c) for c in run.touched if c.address.root not in hidden)
    returned = (_as_returned(change, run, here) for change in placed if change.address.root not in hidden)
    found = past_of(returned, made, here)
    past = found.changes
    goal = _judged(past, _owners(run, names, here), here).holding({}, found.problems)
    goal = _without_homeless(goal, here, _replaced(past, here))
    goal = _with_inhabited(goal, here)
    goal = _freed(goal, here, request.allowed)
    changes = _noted(_restored(remarked(diff(here, goal.desired), here), run, recycled or {}))
    full = over_quota(here, changes, len(run.plan.stacks))
    problems = (*names.problems, *goal.problems, *full, *_unread_bin(changes, recycled))
    rails = (*goal.rails, *protected(changes))
    return plan_of(live, request, run.plan.stacks, changes, in_order(problems), rails, asked)


def names_back(run: Run, live: Account) -> Names:
    """The renames of the run, the other way round, where the old name is still free."""
    names, marks = Names(), _marks(run)
    for change in run.plan.changes:
        new, old = change.address, Address((change.address.kind, change.renamed_from))
        if not change.renamed_from or new not in live:
            places = {new: old} if change.renamed_from and old in live else {}
            names = replace(names, places={**names.places, **places})
        elif old in live:
            names = replace(names, problems=(*names.problems, _name_taken(new, old)))
        elif change in run.touched and live.owner_of(new) in marks[new]:
            names = replace(names, moves={**names.moves, new: old}, places={**names.places, new: old})
    return names


def _marks(run: Run) -> Mapping[Address, set[str]]:
    """Root → the owner marks that it carried before and after the run."""
    marks: dict[Address, set[str]] = defaultdict(set)
    for address, owner in run.owners.items():
        marks[address].add(owner)
    for change in run.plan.changes:
        marks[change.address] |= {s.owner for s in (change.before, change.after) if isinstance(s, Root)}
    return marks


def _owners(run: Run, names: Names, here: Account) -> Mapping[Address, set[str]]:
    """A user out of the recycle bin may have lost its mark there."""
    marks = {renamed(root, names.places): owners for root, owners in _marks(run).items()}
    return {root: owners | {""} if _is_back(run, root, here) else owners for root, owners in marks.items()}


def _is_back(run: Run, root: Address, here: Account) -> bool:
    """Whether this is the very user that the run found, whatever became of it in between."""
    user = here.get(root)
    return isinstance(user, User) and user.id == run.ids.get(root, "")


def _as_returned(change: Change, run: Run, here: Account) -> Change:
    """A deleted user that is out of the recycle bin already: what it lacks is what the run took from it."""
    before, now = change.before, here.get(change.address)
    if change.after or not (isinstance(before, User) and isinstance(now, User)):
        return change
    if not _is_back(run, change.address, here):
        return change
    lost = {f.name: getattr(now, f.name) for f in fields(now) if f.compare and not getattr(now, f.name)}
    return replace(change, after=replace(before, **lost))


def _replaced(past: Iterable[Change], here: Account) -> frozenset[Address]:
    """Roots that the run deleted and that are something else now."""
    gone = (change for change in past if change.address.is_root and change.after is None)
    return frozenset(
        change.address for change in gone if here.get(change.address) not in (None, change.before)
    )


def _judged(past: Iterable[Change], marks: Mapping[Address, set[str]], here: Account) -> Goal:
    """Each change of the run by itself."""
    goal, foreign = Goal(here), set[Address]()
    for change in past:
        root, now = change.address.root, here.get(change.address)
        if now == change.before:
            continue
        if root in here and here.owner_of(root) not in marks[root]:
            foreign.add(root)
        else:
            shall, problems = judge(change, now)
            goal = goal.holding({change.address: shall}, problems)
    return goal.holding({}, (_not_ours(root, here.owner_of(root)) for root in sorted(foreign)))


def judge(change: Change, now: Resource | None) -> tuple[Resource | None, tuple[Problem, ...]]:
    """What an address shall hold, and what is told about it."""
    if now is None or change.before is None or change.after is None:
        is_as_left = now == change.after or now == _as_born(change.after)
        return (change.before, ()) if is_as_left else (now, (_since(change, now),))
    names = [f.name for f in fields(change.after) if f.compare]
    found, left, has = ({n: getattr(side, n) for n in names} for side in (change.before, change.after, now))
    back = {n: found[n] for n in names if has[n] == left[n] != found[n]}
    others = [n for n in names if left[n] != found[n] and has[n] not in (left[n], found[n])]
    return replace(now, **back), (_since(change, now, others),) if others else ()


def _as_born(resource: Resource | None) -> Resource | None:
    """What the service holds when a new user got no display name of its own, or not yet its long one."""
    if isinstance(resource, User):
        return replace(resource, display_name=first_display_name(resource))
    return resource


def _without_homeless(goal: Goal, here: Account, replaced: frozenset[Address]) -> Goal:
    """What would come back to where nothing can be given stays out."""
    coming = [a for a in sorted(goal.desired.resources) if a not in here and not a.is_root]
    reasons = {address: _why_homeless(address, goal.desired, replaced) for address in coming}
    homeless = {address: why for address, why in reasons.items() if why}
    return goal.holding(dict.fromkeys(homeless), (_homeless(*item) for item in homeless.items()))


def _why_homeless(address: Address, desired: Account, replaced: frozenset[Address]) -> str:
    """Empty when `address` can be given again."""
    if address.kind == "tag" and is_service_tag(address.tag_key):
        return "only the service itself gives such tags"
    if address.kind in ("access_key", "console", "mfa"):
        return KEPT_APART[address.kind]
    if address.kind == "attachment" and address.resource_group:
        return "it is a grant at resource-group scope; give it again by hand"
    ends = (address.root, address.target)
    others = [f"{end} is another one now" for end in ends if end in replaced]
    missing = [f"{end} is not there any more" for end in ends if end.kind != "role" and end not in desired]
    return next(iter(others + missing), "")


def _with_inhabited(goal: Goal, here: Account) -> Goal:
    """What the run created stays where others have added to it since; tags of the service do not count."""
    below: dict[Address, list[Address]] = defaultdict(list)
    for address in goal.desired.resources:
        if not address.is_root and address.root in here and address.root not in goal.desired:
            below[address.root].append(address)
    for root, held in sorted(below.items()):
        added = [a for a in held if a.kind != "tag" or not is_service_tag(a.tag_key)]
        if added:
            goal = goal.holding({root: here.get(root)}, (_inhabited(root, added),))
        else:
            goal = goal.holding(dict.fromkeys(held))
    return goal


def _freed(goal: Goal, here: Account, allowed: Allowed) -> Goal:
    """What the run created and principals use that are not part of this: a rail, or taken from them where that is lifted."""
    leaving = frozenset(a for a, _ in here.roots() if a not in goal.desired)
    users = [a for a in goal.desired.resources if not a.is_root and a.target in leaving]
    standing = lifted(in_use(leaving, users), allowed)
    return replace(goal, rails=standing) if standing else goal.holding(dict.fromkeys(users))


def _restored(changes: Iterable[Change], run: Run, recycled: Mapping[str, str]) -> Iterator[Change]:
    """A user that comes back has its old id where the bin holds it under that name."""
    for change in changes:
        user, old = change.after, run.ids.get(change.address, "")
        if change.before is None and isinstance(user, User) and recycled.get(old) == user.name:
            yield replace(change, after=replace(user, id=old))
        else:
            yield change


def _noted(changes: Iterable[Change]) -> tuple[Change, ...]:
    """What comes back as something new says what it lost."""
    return tuple(
        replace(c, notes=(*c.notes, _loss(c))) if c.action == "create" and c.address.is_root else c
        for c in changes
    )


def _loss(change: Change) -> str:
    is_restored = isinstance(change.after, User) and change.after.id
    return RESTORED if is_restored else LOST[change.address.kind]


def _unread_bin(changes: Iterable[Change], recycled: Recycled) -> Iterator[Problem]:
    users = [c.address for c in changes if c.address.kind == "user" and c.action == "create"]
    if users and recycled is None:
        detail = (
            f"{', '.join(map(str, users))} may be in the recycle bin, which could not be read "
            "(ram:ListUsersInRecycleBin), so it is created anew with a new id. Restored from there it would keep its id."
        )
        yield warning("recycle-bin", "The recycle bin could not be read", detail, address=users[0])


def _since(change: Change, now: Resource | None, names: Iterable[str] = ()) -> Problem:
    what = f" ({', '.join(name.replace('_', ' ') for name in names)})" if names else ""
    how = "is there again" if change.after is None else "is gone" if now is None else f"was changed{what}"
    detail = f"{change.address} {how} since that run, so it stays as it is now. Only what nobody touched since is undone."
    return warning("changed-since", "Changed since that run", detail, address=change.address)


def _not_ours(root: Address, owner: str) -> Problem:
    mark = f"the owner mark of {owner}" if owner else "no owner mark"
    detail = f"{root} carries {mark} now, another one than in that run. It and all that hangs below it stay as they are."
    return warning("not-ours", "Not what that run changed", detail, address=root)


def _homeless(address: Address, why: str) -> Problem:
    return warning(
        "cannot-come-back", "Cannot come back", f"{address} does not come back: {why}.", address=address
    )


def _inhabited(root: Address, added: Iterable[Address]) -> Problem:
    more = ", ".join(map(str, sorted(added)))
    detail = f"{root} was created by that run and stays, because more was added to it since: {more}."
    return warning("changed-since", "More was added since that run", detail, address=root)


def _name_taken(new: Address, old: Address) -> Problem:
    detail = f"{new} was {old} before that run. It keeps its new name, because there is another {old} now."
    return warning("name-taken", "The old name is taken", detail, address=new)
