"""The account as it was a moment ago: reads may lag behind writes (ram-api.md section 5.5).

A second connection holds a snapshot of the file and takes a new one when the old is too old. So a read shows one
state that really was, at most so long ago, never a mixture.
"""

from datetime import datetime, timedelta
from pathlib import Path

from ramstack.emulator.store import Store


class Past:
    """Without a lag there is no past: every read sees the present."""

    def __init__(self, path: Path, lag_ms: float) -> None:
        self._lag = timedelta(milliseconds=lag_ms)
        self._store = Store(path) if lag_ms else None
        self._taken: datetime | None = None

    def close(self) -> None:
        if self._store:
            self._store.close()

    def store_at(self, now: datetime) -> Store | None:
        """For reading only."""
        if self._store and (self._taken is None or now - self._taken >= self._lag):
            self._store.refresh()
            self._taken = now
        return self._store
