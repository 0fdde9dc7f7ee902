"""The ideal: how fast anybody could be, whatever the program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from bench.size import Size
from ramstack.model.call import Step
from ramstack.model.limits import Rates

MEMBERS_PAGE = 1000


@dataclass(frozen=True)
class Ideal:
    """The least time for a set of writes, and the API that forces it. `chain`: the most writes that wait for each other."""

    seconds: float
    api: str
    chain: int


def ideal_of(steps: Sequence[Step], rates: Rates, latency: float) -> Ideal:
    """A lower bound: each API at its documented rate from the moment its first call may leave, all of them side by side.

    No bucket's burst is counted, neither the service's (whose size is not documented) nor ours.
    """
    depth = depths(steps)
    counts = Counter(step.call.api for step in steps)
    heads = {api: min(depth[s.id] for s in steps if s.call.api == api) for api in counts}
    forced = {api: heads[api] * latency + n / rates.of(api) for api, n in counts.items()}
    chain = 1 + max(depth.values(), default=-1)
    busiest = max(forced, key=lambda api: forced[api], default="")
    return Ideal(max(forced.get(busiest, 0.0), chain * latency), busiest, chain)


def depths(steps: Sequence[Step]) -> Mapping[int, int]:
    """How many writes must be over, one after another, before each may leave; a step needs earlier ones only."""
    depth: dict[int, int] = {}
    for step in steps:
        depth[step.id] = max((depth[n] + 1 for n in step.needs), default=0)
    return depth


def longest_chain(size: Size, calls: Mapping[str, int]) -> int:
    """Of dependent reads in a bulk read, from how many of each were made (the road in `account/reader.py`)."""
    members = ceil(size.users / max(1, size.groups) / MEMBERS_PAGE)
    users = calls["ListUsers"] + 1  # then the tags are checked
    groups = calls["ListGroups"] + members
    policies = calls["ListPolicies"] + (calls["ListPolicyVersions"] > 0)
    pages = 2 + (calls["ListPolicyAttachments"] > 1)  # who am I, page 1, all others
    by_policy = max(2, calls["ListPolicies"]) + (calls["ListEntitiesForPolicy"] > 0)
    return max(users, groups, policies, pages, by_policy)
