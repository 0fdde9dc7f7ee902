"""apply --verify: keys that were just delivered prove themselves, from memory."""

from __future__ import annotations

import json
from pathlib import Path

import pyrage
import pytest

from ramstack.emulator import EmbeddedAccount, Fault
from tests.cli.shell import Shell

OWNER = pyrage.x25519.Identity.generate()
STACK = f"""\
ramstack: 1
stack: team
lineage: 3f9a2c1b
users:
  reader:
    policies: [AliyunICEReadOnlyAccess]
    access_keys: {{count: 1, deliver: owner}}
  storage:
    policies: [AliyunOSSFullAccess]
    access_keys: {{count: 1, deliver: owner}}
sinks:
  owner: {{age: {{recipients: [{OWNER.to_public()}], path: secrets/}}}}
"""
ARGV = ("apply", "team.yaml", "--yes", "--verify", "--format", "json", "--wait", "0s")


@pytest.fixture(name="team")
def _team(shell: Shell) -> Shell:
    shell.write("team.yaml", STACK)
    return shell


def delivered(folder: Path) -> dict[str, dict[str, str]]:
    """By user, what its owner can read."""
    opened = (json.loads(pyrage.decrypt(file.read_bytes(), [OWNER])) for file in folder.glob("*.age"))
    return {payload["user"]: payload for payload in opened}


def test_keys_prove_themselves(team: Shell) -> None:
    """Each as its user's policies say; what is denied as they say fails no apply. The report tells; secrets it does not."""
    result = team.run(*ARGV)
    assert (result.code, result.json["exit_code"]) == (0, 0)
    proofs = result.json["proofs"]
    assert {key["user"]: key["proven"] for key in proofs["keys"]} == {"reader": True, "storage": False}
    assert {p["agrees"] for key in proofs["keys"] for p in key["probes"]} == {True}
    keys = delivered(team.cwd / "secrets")
    assert {key["key_id"] for key in proofs["keys"]} == {key["access_key_id"] for key in keys.values()}
    assert not any(key["access_key_secret"] in result.out + result.err for key in keys.values())
    again = team.run(*ARGV)
    assert (again.code, again.json["outcomes"], again.json.get("proofs")) == (0, [], None)


def test_a_surprise_is_told_after_the_fact(team: Shell, account: EmbeddedAccount) -> None:
    """Everything was written, and a key does not do what it should: 5, in the journal too."""
    account.set_faults(Fault("throttle", product="Ice"))
    result = team.run(*ARGV)
    assert (result.code, result.json["exit_code"], result.json["summary"]["failed"]) == (5, 5, 0)
    assert {p["verdict"] for key in result.json["proofs"]["keys"] for p in key["probes"]} == {"throttled"}
    assert team.run("history", "--format", "json").json["runs"][0]["exit_code"] == 5


def test_text_says_it_below_the_report(team: Shell) -> None:
    out = team.run("apply", "team.yaml", "--yes", "--verify", "--wait", "0s").out
    assert out.index("Applied: ") < out.index("proven: key")


def test_an_endpoint_that_cannot_be_probed_is_told_before_the_first_write(
    team: Shell, account: EmbeddedAccount
) -> None:
    """Not when the keys are there."""
    assert team.run(*ARGV, "--endpoint", f"{account.endpoint}/base").code == 1
    assert not any(call.kind == "write" for call in account.calls())
