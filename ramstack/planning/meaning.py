"""What a policy edit does to those who hold it: whether the new text may take something away."""

from __future__ import annotations

from ramstack.policy import Document, Effect


def takes_away(before: Document | None, after: Document) -> bool:
    """False only when every Allow stays and no Deny comes; unknown counts as taking away."""
    if before is None or before.is_opaque or after.is_opaque:
        return True
    old, new = frozenset(before.statements), frozenset(after.statements)
    lost = any(statement.effect is Effect.ALLOW for statement in old - new)
    return lost or any(statement.effect is Effect.DENY for statement in new - old)
