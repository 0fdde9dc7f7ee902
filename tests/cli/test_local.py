"""`ramstack local`: what goes wrong is told in a sentence, and nothing of others is touched."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

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


SEED = {
    "users": [{"name": "alice", "tags": {"team": "media"}}, {"name": "bob", "provision_type": "SCIM"}],
    "groups": [{"name": "readers"}],
    "memberships": [{"user": "alice", "group": "readers"}],
    "attachments": [{"principal": "group/readers", "policy": "system/AliyunICEReadOnlyAccess"}],
}


def test_a_dump_can_be_loaded_elsewhere(shell: Shell):
    """Another account then holds the same."""
    shell.write("seed.json", json.dumps(SEED))
    assert shell.run("local", "load", "seed.json", "--db", "one.db").code == 0
    dumped = shell.run("local", "dump", "--db", "one.db")
    shell.write("dump.json", dumped.out)
    assert shell.run("local", "load", "dump.json", "--db", "two.db").code == 0
    assert shell.run("local", "dump", "--db", "two.db").out == dumped.out
    assert [user["name"] for user in dumped.json["users"]] == ["alice", "bob"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"users": 1}',
        '{"users": [{"name": "a"}, {"name": "a"}]}',
        '{"memberships": [{"user": "x", "group": "y"}]}',
    ],
)
def test_what_cannot_be_loaded_is_told_and_leaves_nothing(shell: Shell, text):
    """The file is named; the account stays as it was."""
    shell.write("seed.json", text)
    result = shell.run("local", "load", "seed.json")
    assert (result.code, "seed.json cannot be loaded" in result.err) == (1, True)
    assert shell.run("local", "dump").json["users"] == []


@pytest.mark.parametrize(
    "switch",
    [
        ["--quota-scale", "0"],
        ["--quota-scale", "inf"],
        ["--latency-ms", "-1"],
        ["--latency-ms", "inf"],
        ["--date-offset-days", "99999999"],
        ["--quota", "some"],
        ["--faults", "none.json"],
    ],
)
def test_a_switch_that_means_nothing_is_wrong_usage(shell: Shell, switch):
    """Before anything is served."""
    assert shell.run("local", "serve", *switch).code == 64


def test_faults_that_are_none_are_told(shell: Shell):
    """The file is named."""
    shell.write("faults.json", '[{"effect": "earthquake"}]')
    result = shell.run("local", "serve", "--faults", "faults.json")
    assert (result.code, "faults.json is not a list of faults" in result.err) == (1, True)


def test_serving_with_every_switch(tmp_path: Path):
    """https with a certificate of its own, a fault from a file; a signal ends it with 0.

    The lines are for a shell: a folder may have any name. An address that means all of them is told as one to call.
    """
    tmp_path = tmp_path / "it's a folder"
    tmp_path.mkdir()
    (tmp_path / "faults.json").write_text('[{"effect": "unavailable", "action": "ListUsers"}]')
    switches = [
        "--host",
        "0.0.0.0",
        "--tls",
        "--quota",
        "documented",
        "--quota-scale",
        "10",
        "--latency-ms",
        "1",
        "--stale-ms",
        "1",
    ]
    more = ["--faults", "faults.json", "--no-list-users-tags", "--date-offset-days", "-30", "--db", "our.db"]
    command = [sys.executable, "-c", "from ramstack.cli.main import run; run()", "local", "serve"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [*command, *switches, *more], stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=environment
    ) as process:
        assert process.stdout
        lines = [process.stdout.readline().removeprefix("export ").strip() for _ in range(4)]
        told = dict(shlex.split(line)[0].split("=", 1) for line in lines)
        with requests.Session() as session:
            session.trust_env = False
            reply = session.get(told["RAMSTACK_ENDPOINT"], verify=told["ALIBABA_CLOUD_CA_BUNDLE"], timeout=10)
        process.send_signal(signal.SIGTERM)
        assert (reply.json()["Code"], process.wait(10)) == ("MissingVersion", 0)
    assert told["RAMSTACK_ENDPOINT"].startswith("https://127.0.0.1:")
    assert (tmp_path / "our.key.pem").stat().st_mode & 0o777 == 0o600
    assert told["ALIBABA_CLOUD_CA_BUNDLE"] == str(tmp_path / "our.cert.pem")
