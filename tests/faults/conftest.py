from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.processes import Forker


@pytest.fixture(name="forker", scope="session")
def _forker() -> Iterator[Forker]:
    with Forker() as forker:
        yield forker
