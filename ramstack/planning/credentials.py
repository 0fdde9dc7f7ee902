"""Credentials in the wish: what logons and keys shall become, why, and what is said of those that stay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ramstack.model.account import Account
from ramstack.model.address import Address, console_address, user_address
from ramstack.model.credential import ConsoleWish, KeysWish
from ramstack.model.problem import Origin
from ramstack.model.resource import AccessKey, Console, Resource, User
from ramstack.model.stack import Stack, UserWish
from ramstack.planning.keys import Course, course_of

KINDS = ("console", "access_key")
LOST_PASSWORD = "its password was made by a run that ended before it was delivered: nobody knows it"  # noqa: S105


@dataclass(frozen=True)
class Credentials:
    """The credentials of a stack's users as they shall be at `now`.

    Law: nothing of a user that declares none is among them but what it holds, less what nobody can use.
    """

    stack: Stack
    live: Account
    now: datetime

    @cached_property
    def wished(self) -> dict[Address, tuple[Resource, Origin]]:
        """All that shall be there, with the place that asks for it, or the user's own."""
        return {
            address: (resource, self._origin(wish, address))
            for wish in self.stack.users.values()
            for address, resource in (*self._logon(wish), *self._courses[wish.name].keys.items())
        }

    @cached_property
    def reasons(self) -> dict[Address, str]:
        """Why something changes, where the declaration does not say it."""
        logons = (console_address(user_address(name)) for name in self.stack.users)
        passwords = {a: LOST_PASSWORD for a in logons if _is_lost(self.live.get(a))}
        return passwords | {a: why for course in self._courses.values() for a, why in course.reasons.items()}

    @cached_property
    def notes(self) -> dict[Address, str]:
        """What is said of keys that stay as they are."""
        return {a: text for course in self._courses.values() for a, text in course.notes.items()}

    @cached_property
    def asks(self) -> frozenset[Address]:
        """Keys whose last use would decide, and is not known."""
        return frozenset(a for course in self._courses.values() for a in course.asks)

    @cached_property
    def _courses(self) -> dict[str, Course]:
        held: dict[Address, dict[Address, AccessKey]] = defaultdict(dict)
        for address, key in self.live.resources.items():
            if isinstance(key, AccessKey):
                held[address.root][address] = key
        users = ((wish, user_address(wish.name)) for wish in self.stack.users.values())
        return {w.name: course_of(user, w.access_keys, held[user], self.now) for w, user in users}

    def _logon(self, wish: UserWish) -> Iterator[tuple[Address, Resource]]:
        address = console_address(user_address(wish.name))
        held, user = self.live.get(address), self.live.get(address.root)
        was_reset = isinstance(user, User) and user.mark.password == "reset"  # noqa: S105
        shall = _console(wish.console, held if isinstance(held, Console) else None, was_reset=was_reset)
        if shall:
            yield address, shall

    def _origin(self, wish: UserWish, address: Address) -> Origin:
        declared: ConsoleWish | KeysWish | None = (
            wish.console if address.kind == "console" else wish.access_keys
        )
        return declared.origin if declared else wish.origin


def _console(wish: ConsoleWish | None, held: Console | None, *, was_reset: bool) -> Console | None:
    """What there shall be. A password is only set where there is none that anybody knows.

    Declared as to be reset, and reset since by the user (`was_reset`: it was to be, when ramstack last said so), is no drift.
    """
    if wish is None:
        return None if held is None or held.is_lost else held
    if not wish.is_on:
        return None
    new = held is None or held.is_lost
    has_reset = was_reset and not new and bool(wish.reset_required)
    reset = (
        (held.reset_required if held else False)
        if wish.reset_required is None or has_reset
        else wish.reset_required
    )
    mfa = wish.mfa_required if wish.mfa_required is not None else bool(held and held.mfa_required)
    return Console(reset, mfa, wish.password if new else "", wish.deliver if new else "")


def _is_lost(resource: Resource | None) -> bool:
    return isinstance(resource, Console) and resource.is_lost
