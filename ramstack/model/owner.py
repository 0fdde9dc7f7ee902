"""The owner mark: who may delete a thing because it left the YAML.

Users, roles and custom policies carry it as the tag `ramstack:stack`; groups, which cannot be tagged (ram-api.md 3.1),
as a trailing `[ramstack:…]` in their comments. In the model it is a field of the resource, so that no other part of the
program needs to know where it is written.
"""

from __future__ import annotations

import re

from ramstack.model.limits import MAX_COMMENTS

OWNER_TAG = "ramstack:stack"
PROTECT_TAG = "ramstack:protect"
KEYS_TAG = "ramstack:keys"
RESERVED_TAG_PREFIX = "ramstack:"

_MARK = re.compile(r"\s?\[ramstack:([a-z0-9-]+(?:\.[a-z0-9]+)?)\]$")


def owner_mark(stack: str, lineage: str) -> str:
    """`media.3f9a2c1b`: two repositories with a stack of one name do not take each other for themselves."""
    return f"{stack}.{lineage}" if lineage else stack


def write_group_comments(text: str, owner: str) -> str:
    """The comments of a group as the service stores them."""
    if not owner:
        return text
    mark = f"[ramstack:{owner}]"
    return f"{text} {mark}" if text else mark


def read_group_comments(stored: str) -> tuple[str, str]:
    """Text and owner mark of a group's stored comments: the inverse of `write_group_comments`."""
    mark = _MARK.search(stored)
    return (stored[: mark.start()], mark.group(1)) if mark else (stored, "")


def group_comments_room(owner: str) -> int:
    """How many characters a declared group's comments may have: 128 less the mark."""
    return MAX_COMMENTS - len(write_group_comments("", owner)) - 1
