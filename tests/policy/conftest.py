"""Nothing is remembered from before the tests: `mutmut` runs them again and again in copies of one process."""

import sys

import pytest


@pytest.fixture(scope="session", autouse=True)
def _forget():
    for name in [name for name in sys.modules if name.startswith("ramstack.policy")]:
        for value in vars(sys.modules[name]).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()
