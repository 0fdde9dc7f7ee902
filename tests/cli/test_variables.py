"""Variables on the command line: what is no assignment is told by its place, what nobody uses is told at all."""

from __future__ import annotations

import pytest

from ramstack.cli.exits import Exit
from tests.cli.shell import Shell

STACK = """\
ramstack: 1
stack: media
lineage: 3f9a2c1b
users:
  ann: {tags: {team: "${TEAM}"}}
"""
SECRET = "hunter2/c2VjcmV0"


@pytest.fixture(name="home")
def _home(shell: Shell) -> Shell:
    shell.write("media.yaml", STACK)
    return shell


@pytest.mark.parametrize("line", [SECRET, f"{SECRET}==", f"db password={SECRET}", f"export TOKEN={SECRET}"])
def test_a_line_that_assigns_nothing_is_told_by_its_place(home: Shell, line: str) -> None:
    """Of a file as of a flag: where each one is, never what it says, for it may be a secret."""
    home.write("vars.env", f"# values\nTEAM=media\n\n{line}\nOTHER=x\n{line}\n")
    result = home.run("validate", "media.yaml", "--var-file", "vars.env", "--var", "TEAM=x", "--var", line)
    assert result.code == Exit.USAGE
    for place in ("vars.env:4", "vars.env:6", "--var number 2"):
        assert place in result.err
    assert SECRET not in result.out + result.err


def test_a_variable_that_no_stack_uses_is_told(home: Shell) -> None:
    """On stderr, with the name that was meant and without its value; files and the environment may hold more than one needs."""
    home.environ["RAMSTACK_VAR_SPARE"] = "a"
    home.write("vars.env", "MORE=b\nTEAM=media\n")
    argv = ("validate", "media.yaml", "--var-file", "vars.env", "--format", "json")
    assert home.run(*argv, "--var", "TEAM=x").err == ""
    told = home.run(*argv, "--var", f"TAEM={SECRET}")
    assert told.code == Exit.DONE
    assert "TAEM" in told.err
    assert 'Did you mean "TEAM"?' in told.err
    assert "SPARE" not in told.err
    assert "MORE" not in told.err
    assert SECRET not in told.out + told.err


def test_escaped_and_inside_a_policy_document_uses_nothing(home: Shell) -> None:
    """What is not replaced is no use."""
    document = '{Version: "1", Statement: [{Effect: Deny, Action: "*", Resource: "acs:oss:*:*:${BUCKET}/*"}]}'
    home.write(
        "media.yaml", f"{STACK}policies: {{p: {{description: '$${{LATER}}', document: {document}}}}}\n"
    )
    told = home.run("validate", "media.yaml", "--var", "TEAM=x", "--var", "LATER=x", "--var", "BUCKET=x").err
    assert ("TEAM" in told, "LATER" in told, "BUCKET" in told) == (False, True, True)
