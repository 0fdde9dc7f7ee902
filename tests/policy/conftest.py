"""Hypothesis as CI needs it: the same examples in every run, no deadline."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "policy", max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
settings.load_profile("policy")
