"""Rails on the command line: in the stack, in a file of their own, and lifted one by one."""

from __future__ import annotations

import pytest

from ramstack.emulator import EmbeddedAccount
from tests.cli.shell import Shell, writes
from tests.cli.stacks import TEAM, WITHOUT_BOB

ADMIN = TEAM.replace("AliyunICEFullAccess", "AdministratorAccess")


@pytest.fixture(name="applied")
def _applied(shell: Shell) -> Shell:
    shell.write("team.yaml", TEAM)
    assert shell.run("apply", "team.yaml", "--yes").code == 0
    return shell


def test_limits_of_the_stack_stop_it(account: EmbeddedAccount, applied: Shell):
    """Refused with 3 and nothing written; the plan is still shown and saved; the number that is named lifts it."""
    applied.write("team.yaml", WITHOUT_BOB + "rails: {max_deletes: 0}\n")
    account.forget_calls()
    result = applied.run("apply", "team.yaml", "--yes")
    assert (result.code, writes(account)) == (3, [])
    planned = applied.run("plan", "team.yaml", "--out", "p.json", "--format", "json")
    assert (planned.code, [rail["rule"] for rail in planned.json["rails"]]) == (3, ["max-deletes"])
    assert (applied.cwd / "p.json").exists()
    assert applied.run("apply", "team.yaml", "--yes", "--allow", "max-deletes").code == 0


@pytest.mark.parametrize("text", ["max_deletes: 0\n", "rails:\n  max_deletes: 0\n"])
def test_a_file_holds_the_floor(applied: Shell, text: str):
    """By option or by environment; the stack's wider limit is told and does not count."""
    applied.write("floor.yaml", text)
    applied.write("team.yaml", WITHOUT_BOB + "rails: {max_deletes: 50}\n")
    assert applied.run("plan", "team.yaml").code == 0
    result = applied.run("plan", "team.yaml", "--rails", "floor.yaml")
    assert (result.code, "Looser than the floor" in result.out) == (3, True)
    applied.environ["RAMSTACK_RAILS"] = "floor.yaml"
    assert applied.run("apply", "team.yaml", "--yes").code == 3
    assert applied.run("destroy", "team.yaml", "--yes").code == 3


def test_administrators_are_not_made_by_the_way(account: EmbeddedAccount, applied: Shell):
    applied.write("team.yaml", ADMIN)
    account.forget_calls()
    assert (applied.run("apply", "team.yaml", "--yes").code, writes(account)) == (3, [])
    assert applied.run("apply", "team.yaml", "--yes", "--allow", "admin-grant=1").code == 0


@pytest.mark.parametrize(
    "text",
    ["max_deletes: many\n", "max_delete_percent: 101\n", "max_delets: 3\n", "max_deletes: [\n", "- x\n"],
)
def test_rails_that_cannot_be_read_are_an_error(applied: Shell, text: str):
    """With its place, and nothing is called: a floor that is not understood is no floor to pass."""
    applied.write("floor.yaml", text)
    result = applied.run("plan", "team.yaml", "--rails", "floor.yaml")
    assert (result.code, "floor.yaml:" in result.err) == (1, True)
    assert applied.run("plan", "team.yaml", "--rails", "absent.yaml").code == 1


def test_whoever_applies_a_saved_plan_has_the_last_word(account: EmbeddedAccount, applied: Shell):
    """Their own rails file is asked again, whatever was lifted when the plan was made; what they lift is lifted."""
    applied.write("team.yaml", WITHOUT_BOB)
    applied.write("floor.yaml", "max_deletes: 0\nmin_admins: 1\n")
    assert applied.run("plan", "team.yaml", "--out", "p.json").code == 0
    account.forget_calls()
    refused = applied.run("apply", "p.json", "--yes", "--rails", "floor.yaml")
    assert (refused.code, "(max-deletes)" in refused.out, writes(account)) == (3, True, [])
    applied.environ["RAMSTACK_RAILS"] = "floor.yaml"
    assert applied.run("apply", "p.json", "--yes", "--allow", "max-deletes=0").code == 3
    assert applied.run("apply", "p.json", "--yes", "--allow", "max-deletes").code == 0


def test_a_rail_of_a_saved_plan_is_lifted_when_it_is_applied(account: EmbeddedAccount, applied: Shell):
    """It was saved with the rail that stands against it, and the number is held against the same size."""
    applied.write("team.yaml", ADMIN)
    assert applied.run("plan", "team.yaml", "--out", "p.json").code == 3
    account.forget_calls()
    for lift in ([], ["--allow", "self"], ["--allow", "admin-grant=0"]):
        assert applied.run("apply", "p.json", "--yes", *lift).code == 3
    assert writes(account) == []
    assert applied.run("apply", "p.json", "--yes", "--allow", "admin-grant=1").code == 0


def test_what_shapes_a_plan_is_not_lifted_from_a_saved_one(applied: Shell):
    """A plan that left somebody else's user out does not hold what taking it over would change."""
    applied.run("release", "user/alice", "--stack", "team.yaml")
    assert applied.run("plan", "team.yaml", "--out", "p.json").code == 3
    assert applied.run("apply", "p.json", "--yes", "--allow", "takeover").code == 3
    assert applied.run("apply", "team.yaml", "--yes", "--allow", "takeover").code == 0


ROLE = """\
ramstack: 1
stack: ops
lineage: 3f9a2c1b
roles:
  boss:
    trust: {account: ["1111111111111111", "2222222222222222"]}
    policies: [AdministratorAccess]
"""
LIST = '["1111111111111111", "2222222222222222"]'


@pytest.mark.parametrize(
    ("trust", "stands"),
    [
        ('["1111111111111111", "2222222222222222", "3333333333333333"]', True),
        ('["3333333333333333"]', True),
        ('["1111111111111111"]', False),
        ('["2222222222222222", "1111111111111111"]', False),
    ],
    ids=["one more", "another one", "one less", "the same"],
)
def test_who_may_assume_an_administrator_is_asked_about(shell: Shell, trust: str, stands: bool) -> None:
    """Letting others into a role with administrator level grants it to them; keeping some out does not."""
    shell.write("x.yaml", ROLE)
    assert shell.run("apply", "x.yaml", "--yes", "--allow", "admin-grant").code == 0
    shell.write("x.yaml", ROLE.replace(LIST, trust))
    result = shell.run("plan", "x.yaml", "--format", "json")
    assert (result.code, [rail["rule"] for rail in result.json["rails"]]) == (
        (3, ["admin-grant"]) if stands else (0, [])
    )
    assert shell.run("apply", "x.yaml", "--yes", "--allow", "admin-grant").code == 0


def test_who_may_assume_other_roles_is_routine(shell: Shell) -> None:
    shell.write("x.yaml", ROLE.replace("AdministratorAccess", "AliyunICEFullAccess"))
    assert shell.run("apply", "x.yaml", "--yes").code == 0
    shell.write("x.yaml", ROLE.replace("AdministratorAccess", "AliyunICEFullAccess").replace("2222", "3333"))
    (change,) = shell.run("plan", "x.yaml", "--format", "json").json["changes"]
    assert change["risk"] == ["routine"]
