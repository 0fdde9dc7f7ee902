"""Delivering from the command line: checked before anything is written, and to stdout only when asked for by name."""

from __future__ import annotations

import json

import pytest

from ramstack.cli.exits import Exit

from .shell import writes

STACK = """\
ramstack: 1
stack: media
lineage: 3f9a2c1b
users:
  app: {access_keys: {count: 1, deliver: box}}
  ann: {console: {password: generate, deliver: box}}
sinks: {box: {file: {path: out}}, other: {file: {path: stack.yaml}}}
"""


@pytest.fixture(name="stack", autouse=True)
def _stack(shell) -> None:
    shell.write("stack.yaml", STACK)


def test_stdout_takes_what_a_sink_would_have_got(shell):
    """A line of JSON each, and no file."""
    result = shell.run("apply", "stack.yaml", "--yes", "--deliver-to-stdout", "box")
    documents = [json.loads(line) for line in result.out.splitlines() if line.startswith("{")]
    assert (result.code, sorted(document["user"] for document in documents)) == (Exit.DONE, ["ann", "app"])
    assert not (shell.cwd / "out").exists()
    again = shell.run("apply", "stack.yaml", "--yes", "--deliver-to-stdout", "box")
    assert (again.code, [line for line in again.out.splitlines() if line.startswith("{")]) == (Exit.DONE, [])


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--deliver-to-stdout", "bxo"), Exit.ERROR),
        (("--deliver-to-stdout", "box", "--format", "json"), Exit.USAGE),
    ],
)
def test_stdout_is_never_taken_by_mistake(shell, account, options, code):
    """Not for a name that nothing goes to, and not beside another document; nothing is written then."""
    result = shell.run("apply", "stack.yaml", "--yes", *options)
    assert result.code == code
    assert "access_key_secret" not in result.out
    assert writes(account) == []


def test_a_sink_that_is_not_ready_stops_the_run_before_the_first_write(shell, account):
    """Nothing was made that nobody could have been given."""
    shell.write("out", "a file where the folder should be")
    result = shell.run("apply", "stack.yaml", "--yes")
    assert result.code == Exit.ERROR
    assert "sink box: cannot write below" in result.err
    assert writes(account) == []
