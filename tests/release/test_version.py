from __future__ import annotations

import pytest

from integration.release.steps.failure import ReleaseError
from integration.release.steps.version import check_tag, release_notes, setup_version

CHANGELOG = """\
# Changelog

## [Unreleased]

## [1.1.0] - 2026-12-01

### Added

- More.

## [1.0.0] - 2026-11-24

- First.

[1.0.0]: https://example.org/1.0.0
"""


def test_version_is_read_without_running_setup_py() -> None:
    assert setup_version("setup(name=open('nowhere').read(), version='1.2.3')") == "1.2.3"


def test_setup_py_without_version_is_refused() -> None:
    with pytest.raises(ReleaseError, match="states no version"):
        setup_version("setup(name='x')")


def test_notes_end_where_the_next_section_begins() -> None:
    assert release_notes(CHANGELOG, "1.1.0") == "### Added\n\n- More.\n"


def test_notes_of_the_last_section_leave_the_links_out() -> None:
    assert release_notes(CHANGELOG, "1.0.0") == "- First.\n"


@pytest.mark.parametrize(
    ("changelog", "reason"),
    [
        pytest.param("", r"no section on 1\.0\.0 \(found: none\)", id="empty"),
        pytest.param("## [0.9.0] - 2026-01-01\n- x", r"\(found: 0\.9\.0\)", id="older"),
        pytest.param("## [1.0.0]\n- x", "does not date 1.0.0", id="no date"),
        pytest.param("## [1.0.0] - soon\n- x", "does not date 1.0.0", id="no real date"),
        pytest.param("## [1.0.0] - 2026-01-01\n\n", "says nothing about 1.0.0", id="no text"),
    ],
)
def test_changelog_that_is_not_ready_is_refused(changelog: str, reason: str) -> None:
    with pytest.raises(ReleaseError, match=reason):
        release_notes(changelog, "1.0.0")


@pytest.mark.parametrize("tag", ["1.0.0", "v1.0.1", "V1.0.0", "v1.0.0rc1"])
def test_tag_that_is_not_the_version_is_refused(tag: str) -> None:
    with pytest.raises(ReleaseError, match=f"The tag is {tag}, but setup.py says 1.0.0"):
        check_tag(tag, "1.0.0")


def test_tag_that_is_the_version_is_taken() -> None:
    check_tag("v1.0.0", "1.0.0")
