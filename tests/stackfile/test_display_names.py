"""Display names beyond what the fact sheet lists are doubted, not refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from ramstack.stackfile import load_stacks


@pytest.mark.parametrize(
    ("name", "doubted"),
    [("Ann Wu", False), ("媒体 管理员", False), ("a.b@c-d_e", False), ("a/b", True), ("😀", True)],
)
def test_characters_of_display_names(tmp_path: Path, name: str, doubted: bool) -> None:
    """Letters of any script, digits, blanks and . @ - _ pass; anything else is a warning at its place."""
    path = tmp_path / "x.yaml"
    path.write_text(f'ramstack: 1\nstack: x\nlineage: 3f9a2c1b\nusers:\n  ann:\n    display_name: "{name}"\n')
    (stack,) = load_stacks([path])
    assert [(p.rule, p.origin.line) for p in stack.problems] == ([("display-name", 6)] if doubted else [])
