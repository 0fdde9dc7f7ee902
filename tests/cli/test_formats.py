"""What `ramstack plan` writes where: four formats on stdout, the saved plan beside any of them, the rest on stderr."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ramstack.emulator import EmbeddedAccount
from tests.cli.shell import Shell, Terminal, writes
from tests.cli.stacks import TEAM

STARTS = {
    "text": "Plan for account ",
    "json": "{",
    "markdown": "<!-- ramstack-plan ",
    "html": "<!doctype html>",
}


@pytest.mark.parametrize("format_", STARTS)
def test_any_format_goes_with_a_saved_plan(shell: Shell, account: EmbeddedAccount, format_: str) -> None:
    """stdout holds the document and nothing else, stderr nothing, the file the same plan whatever the format."""
    shell.write("x.yaml", TEAM)
    result = shell.run("plan", "x.yaml", "--format", format_, "--out", "p.json")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(STARTS[format_])
    assert result.out.endswith("\n")
    saved = json.loads((shell.cwd / "p.json").read_text())
    assert saved["summary"]["create"] == 11
    assert writes(account) == []
    assert shell.run("apply", "p.json", "--yes").code == 0


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_permissions_are_in_every_format(shell: Shell, format_: str) -> None:
    """What the plan means is told wherever the plan is."""
    shell.write("x.yaml", TEAM)
    page = shell.run("plan", "x.yaml", "--format", format_).out
    assert "What this means" in page
    assert "can oss (Object Storage Service)" in page


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_calls_and_concise_go_with_what_people_read(shell: Shell, format_: str) -> None:
    """`--show-calls` adds the calls, `--concise` takes what is routine away."""
    shell.write("x.yaml", TEAM)
    whole = shell.run("plan", "x.yaml", "--format", format_).out
    calls = shell.run("plan", "x.yaml", "--format", format_, "--show-calls").out
    concise = shell.run("plan", "x.yaml", "--format", format_, "--concise").out
    assert "ram:AttachPolicyToUser  " in calls
    assert "ram:AttachPolicyToUser  " not in whole
    assert "Read-only staff" in whole
    assert "Read-only staff" not in concise


@pytest.mark.parametrize("option", ["--show-calls", "--concise"])
def test_json_is_always_whole(shell: Shell, option: str) -> None:
    """An option that a format cannot follow is wrong usage, not ignored."""
    shell.write("x.yaml", TEAM)
    assert shell.run("plan", "x.yaml", "--format", "json", option).code == 64


def test_a_refused_plan_is_still_shown(shell: Shell) -> None:
    """Exit 3 comes with the whole document, rail included."""
    refused = TEAM + "expect:\n  - {user: bob, deny: ['ice:Get*']}\n"
    shell.write("x.yaml", refused)
    for format_, start in STARTS.items():
        result = shell.run("plan", "x.yaml", "--format", format_)
        assert result.code == 3
        assert result.out.startswith(start)
        assert "ice:GetMediaInfo" in result.out or "ice:Get" in result.out


@pytest.mark.parametrize("format_", ["markdown", "html"])
def test_documents_have_no_colour(shell: Shell, format_: str) -> None:
    """A document is the same on a terminal."""
    shell.write("x.yaml", TEAM)
    assert "\x1b" not in shell.run("plan", "x.yaml", "--format", format_, stdin=Terminal()).out


def test_hostile_values_from_the_account_are_harmless(shell: Shell) -> None:
    """Control characters that somebody wrote into a comment reach no format raw."""
    shell.write("x.yaml", TEAM.replace("Read-only staff", '"\\e[31m\\u202e</details>`@all`<script>"'))
    for format_ in ("text", "markdown", "html"):
        page = shell.run("plan", "x.yaml", "--format", format_)
        assert page.code == 0
        assert not set(page.out) & {"\x1b", "\u202e"}
    assert "&lt;script&gt;" in page.out


def test_the_saved_plan_is_never_in_part(shell: Shell, tmp_path: Path) -> None:
    """A folder that is not there is wrong usage, before anything is read."""
    shell.write("x.yaml", TEAM)
    result = shell.run("plan", "x.yaml", "--format", "html", "--out", "no/such/p.json")
    assert (result.code, result.out) == (64, "")
