"""`ramstack local`: what goes wrong is told in a sentence, and nothing of others is touched."""

from __future__ import annotations

import socket

import pytest

from tests.cli.shell import Shell


@pytest.mark.parametrize("command", ["reset", "serve"])
@pytest.mark.parametrize("content", ["", "my notes\n"])
def test_a_file_of_others_is_refused(shell: Shell, command, content):
    """Exit 1, a sentence that names the file, and the file as it was."""
    notes = shell.write("notes.txt", content)
    result = shell.run("local", command, "--db", "notes.txt")
    assert result.code == 1
    assert "notes.txt is not an embedded account" in result.err
    assert notes.read_text("utf-8") == content


def test_a_file_of_others_in_the_usual_place_is_refused(shell: Shell):
    """`--local` tells it as `local serve` does."""
    shell.write(".ramstack/local.db", "precious")
    shell.write("stack.yaml", "ramstack: 1\nstack: s\n")
    result = shell.run("plan", "--local", "stack.yaml")
    assert (result.code, "not an embedded account" in result.err) == (1, True)


def test_a_port_that_is_taken_is_told(shell: Shell):
    """No traceback: the port and what is wrong with it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = shell.run("local", "serve", "--port", str(port))
    assert (result.code, str(port) in result.err) == (1, True)


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_is_none_is_wrong_usage(shell: Shell, port):
    """The range is told by click."""
    assert shell.run("local", "serve", "--port", port).code == 64
