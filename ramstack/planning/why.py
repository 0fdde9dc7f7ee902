"""Why: where each value of a user, group, policy or role comes from. Pure.

The layers, the nearest first: the block of its own, a profile that it takes, the defaults. What none of them says is not managed and
stays as the account has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from ramstack.model.account import Account
from ramstack.model.address import Address, tag_address
from ramstack.model.errors import RamstackError
from ramstack.model.problem import Origin
from ramstack.model.resource import Resource, Root, Tag
from ramstack.model.settings import SETTINGS
from ramstack.model.stack import GroupWish, PolicyWish, RoleWish, SettingWish, Stack, UserWish, ignores_tag
from ramstack.model.unread import Unread
from ramstack.planning.ownership import declared_roots
from ramstack.planning.plan import wishes_of
from ramstack.planning.rename import find_renames, rename, renamed
from ramstack.planning.wish import Wish
from ramstack.policy import Document
from ramstack.policy.spelling import did_you_mean

DECLARED = "declared"
NOT_MANAGED = "not managed"  # it stays as the account has it
NEW = "new"  # not managed, and what a new one has
OWNER = "owner mark"
GOES = "goes"  # ours, and not declared
IGNORED = "ignored"  # by ignore_tags, or a tag of the service
ADDITIVE = "additive"
SCOPED = "resource group"  # `policies:` governs account scope only
FOREIGN = "not ours"
SETTING = "account settings"
_LISTS = {"tag": "tags", "membership": "groups", "attachment": "policies"}


@dataclass(frozen=True, slots=True)
class Reason:
    """One value: of the field of a root, or of what hangs below it (no field). `layer` is where it comes from: `user`, `group`,
    `policy`, `role` for the block of its own, `default`, `profile NAME`, or one of the words above where no file says it.
    """

    address: Address
    field: str
    value: str
    layer: str
    origin: Origin | None = None


Declaration = UserWish | GroupWish | PolicyWish | RoleWish


def reasons_of(stacks: Sequence[Stack], live: Account, now: datetime, address: Address) -> tuple[Reason, ...]:
    """Every value at the address and, of a root, below it. Raises RamstackError for what neither stacks nor account have."""
    moves = {old: new for stack in stacks for old, new in find_renames(stack, live).moves.items()}
    return _reasons(stacks, rename(live, moves), now, renamed(address, moves))


def unread_in(found: Iterable[Reason], live: Account) -> tuple[Unread, ...]:
    """Parts of the account that could not be read and that some of these values rest on."""
    addresses = frozenset(reason.address for reason in found)
    return tuple(part for part in live.unread if any(map(part.hides, addresses)))


def _reasons(stacks: Sequence[Stack], live: Account, now: datetime, address: Address) -> tuple[Reason, ...]:
    for stack in stacks:
        if address in stack.settings:
            return tuple(_of_setting(stack.settings[address], live, address))
    wishes = wishes_of(stacks, live, now)
    for stack, wish in zip(stacks, wishes, strict=True):
        if address.root in declared_roots(stack):
            found = [r for r in _Case(stack, wish, live, address.root).reasons() if _is_at(r, address)]
            return tuple(found) or _unknown(address, stacks, live)
    if address in live:
        is_ours = live.owner_of(address) in {stack.owner for stack in stacks}
        return (Reason(address, "", _told(live.get(address)), GOES if is_ours else FOREIGN),)
    return (Reason(address, "", "", NOT_MANAGED),) if address in SETTINGS else _unknown(address, stacks, live)


def _of_setting(wish: SettingWish, live: Account, address: Address) -> Iterator[Reason]:
    for name in (f.name for f in fields(wish.value)):
        written, held = getattr(wish.value, name), getattr(live.get(address), name, None)
        if written is None:
            yield Reason(address, name, _told(held), NOT_MANAGED)
        else:
            yield Reason(address, name, _told(written), SETTING, wish.sites.get(name, wish.origin))


def _is_at(reason: Reason, address: Address) -> bool:
    return address.is_root or reason.address == address


def _unknown(address: Address, stacks: Sequence[Stack], live: Account) -> tuple[Reason, ...]:
    known = {*live.resources, *(root for stack in stacks for root in declared_roots(stack))}
    hint = did_you_mean(str(address), [str(one) for one in known])
    raise RamstackError(f"neither the stacks nor the account have {address}.{hint}")


@dataclass(frozen=True)
class _Case:
    """One declared root with its stack."""

    stack: Stack
    wish: Wish
    live: Account
    root: Address

    @property
    def declaration(self) -> Declaration:
        kinds: Mapping[str, Mapping[str, Declaration]] = {
            "user": self.stack.users,
            "group": self.stack.groups,
            "policy": self.stack.policies,
            "role": self.stack.roles,
        }
        return kinds[self.root.kind][self.root.name]

    def reasons(self) -> Iterator[Reason]:
        resource = self.wish.desired.get(self.root)
        if isinstance(resource, Root):
            yield from self._fields(resource)
        desired = {a for a in self.wish.desired.resources if a.root == self.root and not a.is_root}
        held = {a for a in self.live.resources if a.root == self.root and not a.is_root}
        for address in sorted(desired | held | self._ignored):
            yield self._below(address)

    def _fields(self, resource: Root) -> Iterator[Reason]:
        yield self._written(self.root, "", DECLARED, self.declaration.origin)
        for name in (f.name for f in fields(resource) if f.compare and f.name not in ("name", "owner")):
            value, origin = _told(getattr(resource, name)), self._site(name)
            if origin:
                yield self._written(self.root, name, value, origin)
            else:
                yield Reason(self.root, name, value, NOT_MANAGED if self.root in self.live else NEW)
        yield Reason(self.root, "owner", resource.owner, OWNER, self.stack.origin)

    def _site(self, name: str) -> Origin | None:
        match self.declaration:
            case PolicyWish() as policy:
                written = {
                    "document": policy.site(()),
                    "description": policy.origin if policy.description is not None else None,
                }
                return written.get(name)
            case RoleWish(sites=sites):
                return sites.get("trust" if name == "document" else name)
            case wish:
                return wish.sites.get(name)

    def _below(self, address: Address) -> Reason:
        here = self.wish.desired.get(address)
        origin = self.wish.origins.get(address)
        if here is not None and origin:
            return self._written(address, "", _told(here), origin)
        stays = here or address in self._ignored
        return Reason(
            address, "", _told(here or self.live.get(address)), self._kept(address) if stays else GOES
        )

    @property
    def _ignored(self) -> frozenset[Address]:
        """Declared tags that are left alone."""
        wish = self.declaration
        if not isinstance(wish, UserWish | RoleWish):
            return frozenset()
        keys = (key for key in wish.tags or () if ignores_tag(key, wish.ignore_tags))
        return frozenset(tag_address(self.root, key) for key in keys)

    def _kept(self, address: Address) -> str:
        wish = self.declaration
        ignored = wish.ignore_tags if isinstance(wish, UserWish | RoleWish) else ()
        if address.kind == "tag" and ignores_tag(address.tag_key, ignored):
            return IGNORED
        if address.kind == "attachment" and address.resource_group:
            return SCOPED
        is_written = getattr(wish, _LISTS.get(address.kind, ""), None) is not None
        return ADDITIVE if is_written and getattr(wish, "additive", False) else NOT_MANAGED

    def _written(self, address: Address, field: str, value: str, origin: Origin) -> Reason:
        return Reason(address, field, value, self.stack.layers.get(origin, self.root.kind), origin)


def _told(value: Resource | object) -> str:
    match value:
        case None:
            return ""
        case Tag(value=text):
            return text
        case Document(text=text):
            return text
        case bool():
            return "true" if value else "false"
        case str() | int():
            return str(value)
        case _:
            return ""
