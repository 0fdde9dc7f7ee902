"""The lock of a run that writes: who it is, and what may be written while it is held."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from ramstack.cli.pipeline import pipeline_url
from ramstack.cli.world import World

if TYPE_CHECKING:
    from ramstack.gateway.connection import Gateway
    from ramstack.model.change import Plan

LOCK_TTL = timedelta(minutes=10)


@contextmanager
def locked(
    world: World, gateway: Gateway, plan: Plan, run: str, ttl: timedelta | None
) -> Iterator[Callable[[], bool]]:
    """While entered, no other run writes to the stacks of the plan. Yields whether that is still so, as `is_lost`.

    Without a `ttl` nothing is locked. Raises Locked.
    """
    from ramstack.account.claimant import Claimant
    from ramstack.account.lock import Locks
    from ramstack.account.process import is_known_dead, this_process
    from ramstack.model.holder import Runner

    if ttl is None:
        yield lambda: False
        return
    host, pipeline = platform.node(), pipeline_url(world.environ)
    runner = Runner(run, plan.caller, host, pipeline, this_process())
    claimant = Claimant(
        gateway.reader,
        gateway.writer(),
        runner,
        ttl,
        world.now,
        pause=world.sleep,
        is_known_dead=is_known_dead,
    )
    with Locks(claimant, plan.stacks, world.say) as locks:
        yield locks.are_lost
