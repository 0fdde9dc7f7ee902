"""Bulk tagging: equal edits of many users share one call, up to 50 users and 20 tags (ram-api.md 3.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ramstack.model.address import Address
from ramstack.model.call import TagUsers, UntagUsers
from ramstack.model.change import Change
from ramstack.model.limits import TAG_TARGETS_PER_CALL
from ramstack.model.resource import Tag, User
from ramstack.planning.steps import Draft, Phase, own_tags

Edit = tuple[Address, str, str | None]  # the change it belongs to, the key, the value (None: drop the tag)
Payload = tuple[tuple[str, str | None], ...]


def tag_drafts(changes: Iterable[Change]) -> Iterator[Draft]:
    """The drafts of all tag edits of users that exist already."""
    puts: dict[str, list[Edit]] = defaultdict(list)
    drops: dict[str, list[Edit]] = defaultdict(list)
    for edit in (edit for change in changes for edit in _edits(change)):
        (drops if edit[2] is None else puts)[edit[0].name].append(edit)
    for names, edits, payload in _shared(drops):
        keys = tuple(key for key, _ in payload)
        yield Draft(Phase.UNTAG, UntagUsers(names, keys), _covers(edits))
    for names, edits, payload in _shared(puts):
        tags = tuple((key, value or "") for key, value in payload)
        yield Draft(Phase.TAG, TagUsers(names, tags), _covers(edits))


def _edits(change: Change) -> Iterator[Edit]:
    match change.before, change.after:
        case (_, Tag(value=value)):
            yield change.address, change.address.tag_key, value
        case (Tag(), None):
            yield change.address, change.address.tag_key, None
        case (User() as before, User() as after):
            old, new = own_tags(before), own_tags(after)
            for key in sorted(old.keys() | new.keys()):
                if old.get(key) != new.get(key):
                    yield change.address, key, new.get(key)


def _shared(edits: dict[str, list[Edit]]) -> Iterator[tuple[tuple[str, ...], list[Edit], Payload]]:
    """Users with equal edits together, at most 50 a call, in order of name."""
    users: dict[Payload, list[str]] = defaultdict(list)
    for name in sorted(edits):
        users[tuple(sorted((key, value) for _, key, value in edits[name]))].append(name)
    for payload, names in users.items():
        for start in range(0, len(names), TAG_TARGETS_PER_CALL):
            some = tuple(names[start : start + TAG_TARGETS_PER_CALL])
            yield some, [edit for name in some for edit in edits[name]], payload


def _covers(edits: Iterable[Edit]) -> tuple[Address, ...]:
    return tuple(dict.fromkeys(address for address, _, _ in edits))
