"""Help of every command, quickly, and without loading what it does not need."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from ramstack.cli.main import cli
from tests.cli.shell import Shell

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "aliyunsdkcore",
    "aliyunsdkram",
    "alibabacloud_credentials",
    "yaml",
    "pydantic",
    "rich",
    "jinja2",
    "requests",
    "starlette",
    "ramstack.policy",
)


def commands(group: click.Group, *path: str):
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


@pytest.mark.parametrize("path", list(commands(cli)), ids=" ".join)
def test_every_command_has_help(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Each command and each of its options says what it does."""
    assert Shell(tmp_path).run(*path, "--help").code == 0
    text = capsys.readouterr().out
    assert "Usage: ramstack " + " ".join(path) in text
    assert len(text.splitlines()) > 4


def test_help_loads_no_sdk() -> None:
    """`ramstack --help` imports neither an SDK nor YAML, pydantic or rich."""
    script = f"import sys; from ramstack.cli.main import main; main(['--help']); print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_readme_runs_what_ci_runs() -> None:
    """The two commands of the README exist in the Makefile, and CI calls `make test` and nothing else."""
    readme = (ROOT / "README.md").read_text()
    verbs = re.findall(r"^make (\w+)", readme, re.MULTILINE)
    assert verbs == ["demo", "test"]
    makefile = (ROOT / "Makefile").read_text()
    assert all(re.search(rf"^{verb}:", makefile, re.MULTILINE) for verb in verbs)
    ci = [
        line
        for line in (ROOT / ".ci" / "run").read_text().splitlines()
        if line and not line.startswith(("#", "set", "cd"))
    ]
    assert ci == ["make test"]


def test_every_command_is_in_the_changelog() -> None:
    """A command that users see is told to them."""
    told = (ROOT / "CHANGELOG.md").read_text()
    assert all(f"`{name}`" in told for name in cli.commands)
