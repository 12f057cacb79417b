"""
500 examples for each property, the same in every run. More of them, and new ones in each run, for
whoever looks for bugs:

    tox -e stress -- --hypothesis-profile=search
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

_common = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

settings.register_profile("suite", _common, max_examples=500, derandomize=True)
settings.register_profile("search", _common, max_examples=20_000)
settings.load_profile("suite")
