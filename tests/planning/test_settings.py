"""Settings of the account: field by field, never by halves, and told where they get weaker."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramstack.account.reader import read_account
from ramstack.account.scope import scope_of_stacks
from ramstack.account.settle import is_done
from ramstack.model.address import Address
from ramstack.model.change import Change
from ramstack.model.errors import Denied
from ramstack.model.problem import Origin
from ramstack.model.settings import (
    ACCOUNT_ALIAS,
    PASSWORD_POLICY,
    SECURITY_PREFERENCE,
    SETTINGS,
    AccountAlias,
    Setting,
)
from ramstack.model.stack import SettingWish, Stack
from ramstack.planning.entitlements import to_apply, to_plan
from ramstack.planning.hazards import weakened
from ramstack.planning.plan import Request, make_plan
from ramstack.planning.record import record_of, resource_of
from ramstack.planning.schedule import schedule
from tests.converge import NOW
from tests.memory import MemoryGateway

HERE = Origin("account.yaml", 4, 1)
VALUES = {
    "int | None": st.integers(1, 24),
    "bool | None": st.booleans(),
    "str | None": st.sampled_from(["", "abc", "a;b"]),
}


def settings_of(name: Address, *, whole: bool) -> st.SearchStrategy[Setting]:
    kind = SETTINGS[name]
    parts = {f.name: VALUES[str(f.type)] if whole else st.none() | VALUES[str(f.type)] for f in fields(kind)}
    return st.builds(kind, **parts)


def held() -> st.SearchStrategy[dict[Address, Setting]]:
    return st.fixed_dictionaries({name: settings_of(name, whole=True) for name in SETTINGS})


def wished() -> st.SearchStrategy[dict[Address, Setting]]:
    parts = {name: settings_of(name, whole=False) for name in SETTINGS}
    return st.fixed_dictionaries({}, optional=parts)


def _written(wish: Setting) -> dict[str, object]:
    return {f.name: value for f in fields(wish) if (value := getattr(wish, f.name)) is not None}


def stack_of(wishes: dict[Address, Setting]) -> Stack:
    return Stack("account", settings={n: SettingWish(value, HERE) for n, value in wishes.items()})


@given(before=held(), wishes=wished())
def test_only_what_is_wished_changes(before: dict[Address, Setting], wishes: dict[Address, Setting]):
    """Applied, the account has what is wished, all else as it was, and the second plan is empty."""
    account, stack = MemoryGateway(settings_=dict(before)), stack_of(wishes)
    live = read_account(account, scope_of_stacks([stack]))
    plan = make_plan([stack], live, Request(NOW))
    for batch in schedule(plan.changes, live):
        for step in batch.steps:
            account.perform(step.call)
            assert is_done(account, step.call) is True
    after = {
        n: replace(value, **_written(wishes[n])) if n in wishes else value for n, value in before.items()
    }
    assert account.settings_ == after
    assert make_plan([stack], read_account(account, scope_of_stacks([stack])), Request(NOW)).changes == ()


@given(before=held())
def test_a_record_is_the_setting(before: dict[Address, Setting]):
    """What a saved plan and a journal hold of a setting is all of it."""
    assert [resource_of(address.kind, record_of(one)) for address, one in before.items()] == list(
        before.values()
    )


@given(before=held(), after=held())
def test_there_and_back_is_not_stronger_both_ways(
    before: dict[Address, Setting], after: dict[Address, Setting]
):
    """A change of a rule about passwords that is not told as weaker is told so on the way back."""
    there, back = (
        [*weakened([Change(PASSWORD_POLICY, *sides)])]
        for sides in (
            (before[PASSWORD_POLICY], after[PASSWORD_POLICY]),
            (after[PASSWORD_POLICY], before[PASSWORD_POLICY]),
        )
    )
    assert bool(there or back) == (before[PASSWORD_POLICY] != after[PASSWORD_POLICY])


@pytest.mark.parametrize(
    ("before", "after", "is_weaker"),
    [("", "10.0.0.0/8", False), ("a;b", "a", False), ("a", "a;b", True), ("a", "", True), ("a", "b", True)],
)
def test_more_networks_are_weaker(before: str, after: str, *, is_weaker: bool):
    """No mask lets everybody in."""
    kind = SETTINGS[SECURITY_PREFERENCE]
    sides = (kind(login_network_masks=text) for text in (before, after))
    assert bool([*weakened([Change(SECURITY_PREFERENCE, *sides)])]) is is_weaker


def test_what_no_stack_declares_is_not_read():
    """Each setting costs one call, and only where a stack has it."""
    account = MemoryGateway()
    read_account(account, scope_of_stacks([Stack("a")]))
    without = account.reads
    read_account(account, scope_of_stacks([stack_of({ACCOUNT_ALIAS: AccountAlias("x")})]))
    assert account.reads == 2 * without + 1


@dataclass
class Shut(MemoryGateway):
    """Whoever asks may not read settings."""

    def setting(self, name: Address) -> Setting:
        raise Denied("NoPermission", f"{name} is not permitted", "R-1")


def test_what_may_not_be_read_is_not_planned():
    """A setting that nobody may read is a gap in the plan, named with the permission that it takes."""
    stack = stack_of({ACCOUNT_ALIAS: AccountAlias("x")})
    plan = make_plan([stack], read_account(Shut(), scope_of_stacks([stack])), Request(NOW))
    assert (plan.changes, plan.complete) == ((), False)
    assert "ram:GetAccountAlias" in plan.problems[0].detail


def test_nothing_hangs_below_a_setting():
    """Settings have no policies and no tags."""
    for below in ("policy/system/x", "tag/x", "group/x"):
        with pytest.raises(ValueError, match="not an address"):
            Address.parse(f"account/alias/{below}")


def test_permissions_are_those_of_the_declared_settings():
    """A stack of an alias needs nothing of the password policy."""
    stack = stack_of({ACCOUNT_ALIAS: AccountAlias("x")})
    bare = Stack("account")
    assert {*to_plan([stack])} - {*to_plan([bare])} == {"ram:GetAccountAlias"}
    wanted = {"ram:GetAccountAlias", "ram:SetAccountAlias", "ram:ClearAccountAlias"}
    assert {*to_apply([stack])} - {*to_apply([bare])} == wanted
