"""The schedule: in which order a plan's calls leave, what each waits for, and which leave together.

Order holds within a principal, not globally: what gives comes before what takes away, and a step whose giving failed is
never reached. Pure and stable: one plan has one schedule.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.call import Batch, Step
from ramstack.model.change import Change
from ramstack.model.limits import BATCH_SIZE, Rates
from ramstack.model.resource import Tag
from ramstack.planning.diff import patch
from ramstack.planning.needs import Needs
from ramstack.planning.rename import rename, renames_of
from ramstack.planning.room import crowded
from ramstack.planning.steps import Draft, edge_draft, root_drafts
from ramstack.planning.tagging import tag_drafts

EDGES = ("membership", "attachment")


def schedule(changes: Sequence[Change], live: Account) -> tuple[Batch, ...]:
    """Every call that the changes cost, each change covered by at least one, in batches of up to five of one phase."""
    here = rename(live, renames_of(changes))
    drafts = sorted(_drafts(changes, here), key=lambda d: (d.phase, d.covers[0]))
    needs = Needs(drafts, patch(here, tuple(changes)), here)
    steps = [Step(i, draft.call, draft.covers, needs.of(i)) for i, draft in enumerate(drafts)]
    return tuple(_batches(drafts, steps))


def estimate(batches: Iterable[Batch], rates: Rates) -> float:
    """Seconds that the account's rates force: the phases one after another, in each the busiest API."""
    spent: dict[str, Counter[str]] = defaultdict(Counter)
    for batch in batches:
        spent[batch.phase].update(step.call.api for step in batch.steps)
    return sum(max(count / rates.of(api) for api, count in calls.items()) for calls in spent.values())


def _drafts(changes: Sequence[Change], live: Account) -> Iterator[Draft]:
    full = crowded(changes, live)
    born_or_gone = {c.address for c in changes if c.address.kind == "user" and c.action != "update"}
    tags: dict[Address, list[Change]] = defaultdict(list)
    for change in changes:
        if change.address.kind == "tag" and change.address.root in born_or_gone:
            tags[change.address.root].append(change)
    for change in changes:
        if change.address.kind in EDGES:
            yield edge_draft(change, full)
        elif change.address.is_root:
            own = tags[change.address]
            values = {c.address.tag_key: c.after.value for c in own if isinstance(c.after, Tag)}
            yield from root_drafts(change, values, tuple(c.address for c in own))
    yield from tag_drafts(c for c in changes if c.address.root not in born_or_gone)


def _batches(drafts: Sequence[Draft], steps: Sequence[Step]) -> Iterator[Batch]:
    for phase, some in groupby(steps, key=lambda step: drafts[step.id].phase):
        together = list(some)
        for start in range(0, len(together), BATCH_SIZE):
            yield Batch(phase.title, tuple(together[start : start + BATCH_SIZE]))
