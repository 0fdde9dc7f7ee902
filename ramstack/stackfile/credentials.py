"""Credentials of users: what is wrong with `console:` and `access_keys:` beyond their shape, and the wishes they make."""

from __future__ import annotations

from collections.abc import Iterator

from ramstack.model.address import Address, console_address, user_address
from ramstack.model.credential import GENERATE, OVERLAP, ConsoleWish, KeysWish
from ramstack.model.problem import Origin, Problem, error
from ramstack.stackfile.credential_forms import ConsoleForm, NoConsole
from ramstack.stackfile.draft import Declared
from ramstack.stackfile.forms import UserForm
from ramstack.stackfile.node import child_table
from ramstack.stackfile.wording import shown


def console_wish(user: Declared[UserForm]) -> ConsoleWish | None:
    """`file/PATH` means a file beside the stack file."""
    form = user.form.console
    if form is None:
        return None
    kind, slash, name = (form.password or "").partition("/")
    return ConsoleWish(
        origin=user.place("console"),
        is_on=not isinstance(form, NoConsole),
        password=f"file/{user.folder / name}" if kind == "file" else kind + slash + name,
        reset_required=form.reset_required,
        mfa_required=form.mfa_required,
        deliver=form.deliver or "",
    )


def keys_wish(user: Declared[UserForm]) -> KeysWish | None:
    form = user.form.access_keys
    if form is None:
        return None
    return KeysWish(
        origin=user.place("access_keys"),
        count=1 if form.count is None else form.count,
        status=form.status or "Active",
        deliver=form.deliver or "",
        rotate_after=form.rotate_after,
        overlap=OVERLAP if form.overlap is None else form.overlap,
        exclusive=bool(form.exclusive),
    )


def check_credentials(user: Declared[UserForm]) -> Iterator[Problem]:
    """Passwords and keys that would have nowhere to go, or no end."""
    address = user_address(user.name)
    if user.form.console and not isinstance(user.form.console, NoConsole):
        yield from _check_console(user, user.form.console, console_address(address))
    if wish := keys_wish(user):
        yield from _check_keys(user, wish, address)


def _check_console(user: Declared[UserForm], form: ConsoleForm, address: Address) -> Iterator[Problem]:
    place = user.place("console")
    if "password" not in child_table(user.written, "console").entries:
        detail = (
            f"The logon of {shown(user.name)} has no `password:`. Write `generate`, {{from: env/NAME}} or {{from: file/PATH}}; "
            "it is only used where there is no logon yet. For no logon at all, write `console: false`."
        )
        yield error("no-password", "No password", detail, address=address, origin=place)
    if form.password == GENERATE and not form.deliver:
        yield _undelivered(f"The generated password of {shown(user.name)}", address, place)


def _check_keys(user: Declared[UserForm], wish: KeysWish, address: Address) -> Iterator[Problem]:
    if wish.count and not wish.deliver:
        yield _undelivered(f"Every access key of {shown(user.name)}", address, wish.origin)
    if wish.rotate_after is not None and wish.rotate_after <= wish.overlap:
        detail = (
            f"Keys of {shown(user.name)} are due before those before them can have gone: rotate_after must be longer than "
            "overlap (7d when left out)."
        )
        yield error("rotation-too-fast", "Rotation too fast", detail, address=address, origin=wish.origin)


def _undelivered(what: str, address: Address, origin: Origin) -> Problem:
    detail = f"{what} is shown once and nobody can read it again. Say where it goes: `deliver: SINK`."
    return error("no-sink", "Delivered to nobody", detail, address=address, origin=origin)
