"""The schedule: in which order a plan's calls leave, what each waits for, and which leave together.

Order holds within a principal, not globally: what gives comes before what takes away, and a step whose giving failed is
never reached. Pure and stable: one plan has one schedule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from ramstack.model.account import Account
from ramstack.model.address import Address
from ramstack.model.call import Batch, Step
from ramstack.model.change import Change
from ramstack.model.limits import BATCH_SIZE, Rates
from ramstack.model.resource import Tag
from ramstack.planning.diff import patch
from ramstack.planning.logons import credential_drafts
from ramstack.planning.needs import Needs
from ramstack.planning.rename import rename, renames_of
from ramstack.planning.room import crowded
from ramstack.planning.steps import Draft, edge_draft, root_drafts
from ramstack.planning.tagging import tag_drafts
from ramstack.planning.timing import turns

EDGES = ("membership", "attachment")
CREDENTIALS = ("access_key", "console", "mfa")


def schedule(changes: Sequence[Change], live: Account) -> tuple[Batch, ...]:
    """Every call that the changes cost, each change covered by at least one, in batches of up to five of one phase."""
    here = rename(live, renames_of(changes))
    drafts = sorted(_drafts(changes, here), key=lambda d: (d.phase, d.covers[0]))
    needs = Needs(drafts, patch(here, tuple(changes)), here)
    steps = [Step(i, draft.call, draft.covers, needs.of(i)) for i, draft in enumerate(drafts)]
    return _numbered(_in_time(tuple(_batches(drafts, steps))))


def _in_time(batches: tuple[Batch, ...]) -> list[Batch]:
    """By the moment at which each could leave; what is needed never comes later than what needs it."""
    moments = (turn.leaves for turn in turns(batches, Rates()))
    return [batch for _, batch in sorted(zip(moments, batches, strict=True), key=lambda pair: pair[0])]


def _numbered(batches: Sequence[Batch]) -> tuple[Batch, ...]:
    """Step ids in order of issue."""
    new = {step.id: number for number, step in enumerate(step for batch in batches for step in batch.steps)}
    return tuple(
        replace(
            batch,
            steps=tuple(
                replace(s, id=new[s.id], needs=frozenset(new[n] for n in s.needs)) for s in batch.steps
            ),
        )
        for batch in batches
    )


def _drafts(changes: Sequence[Change], live: Account) -> Iterator[Draft]:
    full = crowded(changes, live)
    born_or_gone = {c.address for c in changes if c.address.kind in ("user", "role") and c.action != "update"}
    tags: dict[Address, list[Change]] = defaultdict(list)
    for change in changes:
        if change.address.kind == "tag" and change.address.root in born_or_gone:
            tags[change.address.root].append(change)
    for change in changes:
        if change.address.kind in EDGES:
            yield edge_draft(change, full)
        elif change.address.kind in CREDENTIALS:
            yield from credential_drafts(change)
        elif change.address.is_root:
            own = tags[change.address]
            values = {c.address.tag_key: c.after.value for c in own if isinstance(c.after, Tag)}
            yield from root_drafts(change, values, tuple(c.address for c in own), live.quotas)
    yield from tag_drafts(c for c in changes if c.address.root not in born_or_gone)


def _batches(drafts: Sequence[Draft], steps: Sequence[Step]) -> Iterator[Batch]:
    for phase, some in groupby(steps, key=lambda step: drafts[step.id].phase):
        together = list(some)
        for start in range(0, len(together), BATCH_SIZE):
            yield Batch(phase.title, tuple(together[start : start + BATCH_SIZE]))
