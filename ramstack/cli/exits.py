"""Exit codes, and what each error of the tree means in them.

Before the first write the reason; after it only done or applied in part. docs/exit-codes.md is compared with this table.
"""

from __future__ import annotations

from enum import IntEnum

from ramstack.model import errors


class Exit(IntEnum):
    """What a pipeline may rely on."""

    DONE = 0
    ERROR = 1
    CHANGES = 2
    REFUSED = 3
    STALE = 4
    PARTIAL = 5
    LOCKED = 6
    DENIED = 7
    USAGE = 64

    @property
    def meaning(self) -> str:
        return _MEANINGS[self]


_MEANINGS = {
    Exit.DONE: "done, or nothing to do",
    Exit.ERROR: "error: bad stack, unreachable endpoint, damaged plan file, or the answer was no; nothing was written",
    Exit.CHANGES: "changes present (only `plan --detailed-exitcode` and `drift`)",
    Exit.REFUSED: "refused by a rail; the plan is still shown and saved",
    Exit.STALE: "the saved plan is stale or expired, or the account moved while the prompt waited; nothing was written",
    Exit.PARTIAL: "applied in part: the report says what was done, what failed and what was skipped",
    Exit.LOCKED: "locked by another run",
    Exit.DENIED: "credentials, permission, or an incomplete read; nothing was written",
    Exit.USAGE: "wrong usage",
}

_BY_ERROR: tuple[tuple[type[errors.RamstackError], Exit], ...] = (
    (errors.CredentialsMissing, Exit.DENIED),
    (errors.Denied, Exit.DENIED),
    (errors.StalePlan, Exit.STALE),
    (errors.Locked, Exit.LOCKED),
    (errors.RamstackError, Exit.ERROR),
)


def exit_of(error: errors.RamstackError) -> Exit:
    """The code of the first matching row."""
    return next(code for kind, code in _BY_ERROR if isinstance(error, kind))
