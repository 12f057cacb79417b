"""
200 examples for each property, the same in every run.

To look for bugs with more examples, new in each run:

    tox -e stress -- --hypothesis-profile=search
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

_common = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

settings.register_profile("suite", _common, max_examples=200, derandomize=True)
settings.register_profile("search", _common, max_examples=20_000)
settings.load_profile("suite")
