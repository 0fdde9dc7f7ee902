"""What the package shows."""

import re
from pathlib import Path

import ramstack.policy as package

ROOT = Path(__file__).resolve().parents[2]


def test_public_names_exist():
    """Every name in ``__all__`` is there."""
    assert all(hasattr(package, name) for name in package.__all__)


def test_every_rule_is_documented():
    """docs/lint.md has a heading for each rule for documents and each complaint of the reader, and for no other."""
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "ramstack" / "policy").glob("*.py"))
    told = set(re.findall(r'(?:error|warning|tell|Finding)\(\s*"([a-z-]+)"', source))
    told |= {"json-syntax", "json-character", "long-as-written"}
    known = {rule.id for rule in package.RULES} | told
    text = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")
    written = set(
        re.findall(r"^### `([a-z-]+)`", text.partition("\n## What is told of whole stacks")[0], re.MULTILINE)
    )
    assert written == known
