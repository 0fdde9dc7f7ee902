"""The example stacks, as a newcomer applies them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ramstack.cli.exits import Exit
from tests.cli.shell import Shell

EXAMPLES = Path(__file__).resolve().parents[2] / "stacks"


@pytest.mark.parametrize("name", ["full", "small.yaml"])
def test_an_example_converges(shell: Shell, name: str) -> None:
    """All of it can be applied at once, and nothing is left to do after it."""
    path = str(EXAMPLES / name)
    applied = shell.run("apply", path, "--yes", "--allow", "admin-grant")
    assert applied.code == Exit.DONE, applied
    assert shell.run("plan", path, "--detailed-exitcode").code == Exit.DONE
