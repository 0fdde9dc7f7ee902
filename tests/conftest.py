"""Settings of all tests: shared machines are slow at random, so no deadlines; more examples in `make soak`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "ramstack",
    deadline=None,
    max_examples=int(os.environ.get("RAMSTACK_EXAMPLES", "60")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("ramstack")
