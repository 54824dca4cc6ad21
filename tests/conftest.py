"""Hypothesis profiles: a small one for every run, and `--hypothesis-profile=deep` for a long hunt."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

_COMMON = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
}

settings.register_profile("default", max_examples=60, **_COMMON)
settings.register_profile("deep", max_examples=3000, **_COMMON)
settings.load_profile("default")
