"""The rehearsed release of a new project, without faults and with one fault of each kind."""

from __future__ import annotations

from pathlib import Path

from template.conftest import Tox

# One fault of each module in release/rehearsal.
FAULTS = [
    "test_tag_of_another_version_stops_the_build",
    "test_real_suites_pass_in_their_job",
    "test_broken_wheel_stays_on_testpypi",
    "test_changed_artifact_is_not_published",
    "test_refusal_stops_the_release",
    "test_change_is_built_tested_and_checked",
]


def test_release_is_rehearsed(made: Path, tox: Tox) -> None:
    shown = tox(made, "-e", "release", "--", "-v", "-k", " or ".join(FAULTS))

    assert [fault for fault in FAULTS if f"::{fault}" not in shown] == []
    assert "audit_extension-0.1.0-py3-none-any.whl" in shown
