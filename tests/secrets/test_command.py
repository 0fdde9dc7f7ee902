"""exec: the payload goes to stdin and nowhere else, and only exit code 0 counts."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ramstack.model.errors import SinkFailed
from ramstack.model.problem import Origin
from ramstack.model.sink import ExecWish, SinkWish
from ramstack.secrets.command import repeats
from ramstack.secrets.opening import Surroundings, open_sink


def exec_sink(here: Surroundings, *command: str, **more):
    return open_sink(SinkWish("vault", Origin("x.yaml"), ExecWish(command, **more)), here)


def script(here: Surroundings, text: str) -> str:
    path = here.cwd / "take.sh"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)
    return "./take.sh"


def test_the_command_gets_a_key_that_works(here, payload, works):
    """Its stdin is the payload; a program with a slash is looked up from the working directory."""
    sink = exec_sink(here, script(here, 'cat > "$1"'), "out file")
    sink.check()
    assert sink.deliver(payload) == str(here.cwd / "take.sh")
    document = json.loads((here.cwd / "out file").read_text("utf-8"))
    assert document == payload.reveal()
    assert works(document)


def test_nothing_secret_is_in_its_arguments_or_environment(here, payload):
    """Only what is harmless, and what was asked for by name, is passed on."""
    command = script(
        here,
        "cat > /dev/null; tr '\\0' '\\n' < /proc/$$/environ > env; tr '\\0' ' ' < /proc/$$/cmdline > argv",
    )
    exec_sink(here, command, "x", environment=("EXTRA",)).deliver(payload)
    seen = (here.cwd / "env").read_text() + (here.cwd / "argv").read_text()
    assert "EXTRA=extra" in seen
    assert "root-secret" not in seen
    assert payload.credential.access_key_secret.reveal() not in seen


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("cat >&2; exit 3", "exit code 3; what it said is not shown"),
        ("base64 >&2; exit 3", "exit code 3; what it said is not shown"),
        ("rev >&2; exit 3", "exit code 3; what it said is not shown"),
        ("od -An -tx1 >&2; exit 3", "exit code 3; what it said is not shown"),
        ("fold -w 3 >&2; exit 3", "exit code 3; what it said is not shown"),
        ("echo 'no  such\x1b[31m vault' >&2; exit 4", "exit code 4; it said: no such [31m vault"),
        ("exit 5", "exit code 5"),
        ("kill -9 $$", "was ended by signal 9"),
    ],
)
def test_a_command_that_fails_is_quoted_but_never_with_the_secret(here, payload, text, told):
    """Whatever it repeats of its stdin, in whatever common encoding."""
    with pytest.raises(SinkFailed, match="sink vault: ") as failed:
        exec_sink(here, script(here, text)).deliver(payload)
    assert failed.value.transient
    assert told in str(failed.value)
    assert payload.credential.access_key_secret.reveal()[:6] not in str(failed.value)


def test_what_it_prints_is_dropped(here, payload, capfd):
    """`tee` is no leak."""
    exec_sink(here, "tee").deliver(payload)
    assert capfd.readouterr() == ("", "")


def test_a_command_that_hangs_is_ended_with_all_it_started(here, payload):
    """After the timeout nothing of it is left to write."""
    command = script(here, "sleep 61.25 & sleep 61.75")
    with pytest.raises(SinkFailed, match="took longer than 1 s") as failed:
        exec_sink(here, command, timeout=timedelta(seconds=1)).deliver(payload)
    assert failed.value.transient
    assert not [line for line in command_lines() if b"61.25" in line or b"61.75" in line]


def command_lines():
    """Of all processes that there are; some end while one looks."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield path.read_bytes()


@pytest.mark.parametrize("program", ["no-such-program", "./no-such-program", "./plain.txt"])
def test_a_program_that_cannot_be_run_is_told_before(here, program):
    """Missing, or not executable."""
    (here.cwd / "plain.txt").write_text("")
    with pytest.raises(SinkFailed, match="there is no program"):
        exec_sink(here, program).check()


def test_a_file_that_is_no_program_is_told_by_deliver(here, payload):
    """Executable, but nothing that the system can run."""
    (here.cwd / "odd").write_bytes(b"\x7fELF")
    (here.cwd / "odd").chmod(0o700)
    with pytest.raises(SinkFailed, match="cannot be run"):
        exec_sink(here, "./odd").deliver(payload)


def test_an_environment_that_is_not_there_is_told_before(here):
    """Better than a command that fails for want of a token."""
    with pytest.raises(SinkFailed, match="TOKEN is to be passed on, but not set"):
        exec_sink(replace(here), "cat", environment=("EXTRA", "TOKEN")).check()


@pytest.mark.parametrize("secret", ["abcdefgh", 'p/+=w ör"d\\', "x" * 30])
def test_a_secret_is_known_again_in_common_encodings(secret):
    """Plain, cut, JSON, hex, base64 at any offset."""
    raw = secret.encode()
    for text in (
        secret,
        f"..{secret[:7]}",
        json.dumps(secret),
        raw.hex(),
        *(base64.b64encode(b"." * n + raw + b"!!").decode() for n in range(3)),
    ):
        assert repeats(secret, text)
    assert not repeats(secret, "permission denied: no such item in this place")
