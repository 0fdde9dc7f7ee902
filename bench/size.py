"""The size of an account."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Each user is also a member of one group; attachments count those of groups, one each."""

    users: int
    attachments: int
    policies: int
    groups: int

    def __str__(self) -> str:
        return "/".join(f"{n:,}" for n in (self.users, self.attachments, self.policies, self.groups))

    @property
    def writes(self) -> int:
        """The fewest calls that make all of it: one for each object, membership and attachment."""
        memberships = self.users
        return self.users + self.groups + self.policies + memberships + self.attachments
