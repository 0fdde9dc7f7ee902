"""Locks as a document: what `unlock --format json` says."""

from __future__ import annotations

from collections.abc import Sequence

from ramstack.account.breaking import Lock

FORMAT_VERSION = "1.0"


def locks_document(stacks: Sequence[str], removed: Sequence[Lock]) -> dict[str, object]:
    """The stacks that were asked for, and every lock and marker of theirs, all of them removed by now."""
    return {
        "format_version": FORMAT_VERSION,
        "stacks": list(stacks),
        "locks": [_lock_record(lock) for lock in removed],
    }


def _lock_record(lock: Lock) -> dict[str, object]:
    """Nothing is known of a holder that ramstack cannot read: then what it would say is null."""
    runner, is_known = lock.holder.runner, lock.holder.is_readable
    told = {
        "run_id": runner.run,
        "caller": runner.caller,
        "host": runner.host,
        "pipeline_url": runner.pipeline,
        "since": lock.holder.since.isoformat(),
        "until": lock.holder.until.isoformat(),
    }
    return {
        "stack": lock.stack,
        "name": lock.ref.name,
        "is_marker": lock.is_marker,
        **{name: value or None if is_known else None for name, value in told.items()},
        "removed": True,
    }
