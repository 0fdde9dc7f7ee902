"""Settings of all tests: shared machines are slow at random, so no deadlines; the same examples in every run of CI.

`RAMSTACK_EXAMPLES` asks for as many, and others each time: `make soak` looks for what nobody has seen yet.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

EXAMPLES = os.environ.get("RAMSTACK_EXAMPLES")
settings.register_profile(
    "ramstack",
    deadline=None,
    max_examples=int(EXAMPLES or 60),
    derandomize=EXAMPLES is None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
settings.load_profile("ramstack")
