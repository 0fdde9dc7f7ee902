"""Bulk tagging: equal edits of many users, or roles, share one call, up to 50 names and 20 tags (ram-api.md 2.7, 3.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from ramstack.model.address import Address
from ramstack.model.call import TagRoles, TagUsers, UntagRoles, UntagUsers
from ramstack.model.change import Change
from ramstack.model.limits import TAG_TARGETS_PER_CALL
from ramstack.model.resource import Role, Tag, User
from ramstack.planning.steps import Draft, Phase, own_tags

Edit = tuple[Address, str, str | None]  # the change it belongs to, the key, the value (None: drop the tag)
Payload = tuple[tuple[str, str | None], ...]
_CALLS: Mapping[str, tuple[type[TagUsers | TagRoles], type[UntagUsers | UntagRoles]]] = {
    "user": (TagUsers, UntagUsers),
    "role": (TagRoles, UntagRoles),
}


def tag_drafts(changes: Iterable[Change]) -> Iterator[Draft]:
    """The drafts of all tag edits of users and roles that exist already."""
    edits = [edit for change in changes for edit in _edits(change)]
    for kind, (tag, untag) in _CALLS.items():
        own = [edit for edit in edits if edit[0][0] == kind]
        for names, some, payload in _shared(edit for edit in own if edit[2] is None):
            yield Draft(Phase.UNTAG, untag(names, tuple(key for key, _ in payload)), _covers(some))
        for names, some, payload in _shared(edit for edit in own if edit[2] is not None):
            yield Draft(Phase.TAG, tag(names, tuple((k, v or "") for k, v in payload)), _covers(some))


def _edits(change: Change) -> Iterator[Edit]:
    match change.before, change.after:
        case (_, Tag(value=value)):
            yield change.address, change.address.tag_key, value
        case (Tag(), None):
            yield change.address, change.address.tag_key, None
        case (User() | Role() as before, User() | Role() as after):
            old, new = own_tags(before), own_tags(after)
            for key in sorted(old.keys() | new.keys()):
                if old.get(key) != new.get(key):
                    yield change.address, key, new.get(key)


def _shared(some: Iterable[Edit]) -> Iterator[tuple[tuple[str, ...], list[Edit], Payload]]:
    """Names with equal edits together, at most 50 a call, in order of name."""
    edits: dict[str, list[Edit]] = defaultdict(list)
    for edit in some:
        edits[edit[0].name].append(edit)
    alike: dict[Payload, list[str]] = defaultdict(list)
    for name in sorted(edits):
        alike[tuple(sorted((key, value) for _, key, value in edits[name]))].append(name)
    for payload, names in alike.items():
        for start in range(0, len(names), TAG_TARGETS_PER_CALL):
            together = tuple(names[start : start + TAG_TARGETS_PER_CALL])
            yield together, [edit for name in together for edit in edits[name]], payload


def _covers(edits: Iterable[Edit]) -> tuple[Address, ...]:
    return tuple(dict.fromkeys(address for address, _, _ in edits))
