"""The sample files beside the repository, where they are; tests that read them skip where they are not."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("RAMSTACK_SHARED") or Path(__file__).resolve().parents[2].parent / "shared")
CASES = SHARED / "cases"
needs_samples = pytest.mark.skipif(
    not CASES.is_dir(), reason="the sample files are not beside the repository"
)
OWN = Path(__file__).resolve().parent / "cases"


def read_index(folder):
    """The rows of an index.tsv, without its head."""
    path = CASES / folder / "index.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()[1:] if path.is_file() else []
    return [line.split("\t") for line in lines]
