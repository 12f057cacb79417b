from __future__ import annotations

from pathlib import Path

import pytest

from release.steps import version
from release.steps.failure import ReleaseError
from release.steps.setup_py import setup_version
from release.steps.version import (
    check_tag,
    check_version,
    release_notes,
    unreleased,
)

CHANGELOG = """\
# Changelog

## [Unreleased]

## [1.1.0] - 2026-12-01

### Added

- More.

## [1.0.1] - 2026-11-25 [YANKED]

- Bad.

## [1.0.0] - 2026-11-24

- First.

[1.0.0]: https://example.org/1.0.0
"""


def test_version_is_read_without_running_setup_py() -> None:
    assert setup_version("setup(name=open('nowhere').read(), version='1.2.3')") == "1.2.3"


@pytest.mark.parametrize("text", ["setup(name='x')", "setup(version=VERSION)", "setup(version=1)"])
def test_setup_py_without_version_is_refused(text: str) -> None:
    with pytest.raises(ReleaseError, match="states no version"):
        setup_version(text)


@pytest.mark.parametrize("text", ["setup(", "\0"])
def test_setup_py_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ReleaseError, match=r"setup\.py is not Python: "):
        setup_version(text)


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
        pytest.param("## [1.0.0] - 20261124\n- x", "does not date 1.0.0", id="other form"),
        pytest.param("## [1.0.0] - 2026-99-99\n- x", "does not date 1.0.0", id="no such day"),
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


@pytest.mark.parametrize("by", ["argument", "GitHub"])
def test_empty_tag_is_not_taken_for_none(by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"setup.py": "setup(version='1.0.0')", "CHANGELOG.md": CHANGELOG}
    monkeypatch.setattr(version, "at_head", files.__getitem__)
    monkeypatch.delenv("GITHUB_REF_NAME", raising=False)
    monkeypatch.setenv("GITHUB_REF_TYPE", "branch" if by == "argument" else "tag")
    monkeypatch.setattr("sys.argv", ["version", *(["--tag", ""] if by == "argument" else [])])

    with pytest.raises(ReleaseError, match="The tag is empty, but"):
        version.main()


def test_tag_that_is_the_version_is_taken() -> None:
    check_tag("v1.0.0", "1.0.0")


@pytest.mark.parametrize("stated", ["1.0.0", "1.0.0rc1", "1.0.0.post1", "20.3.1"])
def test_version_that_every_tool_writes_alike_is_taken(stated: str) -> None:
    check_version(stated)


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        ("1.0.0-rc1", r"which tools write 1\.0\.0rc1"),
        ("01.0", r"which tools write 1\.0"),
        ("1.0", r"Write three numbers, such as 1\.0\.0"),
        ("1.0.0+local", "takes no local version"),
        ("next", "no version"),
    ],
)
def test_version_that_an_index_would_not_take_as_it_is_is_refused(stated: str, reason: str) -> None:
    with pytest.raises(ReleaseError, match=reason):
        check_version(stated)


@pytest.mark.parametrize(
    ("text", "is_left"),
    [
        (CHANGELOG, False),
        (CHANGELOG.replace("## [Unreleased]\n", "## [Unreleased]\n\n- Not yet.\n"), True),
        ("## [Unreleased]\n\n[Unreleased]: https://example.org/compare\n", False),
        ("## [Unreleased]\n- The last section", True),
        ("", False),
    ],
    ids=["empty section", "one line", "links only", "last section", "no section"],
)
def test_text_that_belongs_to_no_version_is_seen(text: str, is_left: bool) -> None:
    assert unreleased(text) is is_left


def test_version_is_checked_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "setup.py": "setup(version='1.0.0+local')",
        "CHANGELOG.md": "## [1.0.0+local] - 2026-12-01\n- x",
    }
    monkeypatch.setattr(version, "at_head", files.__getitem__)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["version", "--notes", "notes.md"])

    with pytest.raises(ReleaseError, match="takes no local version"):
        version.main()

    assert not (tmp_path / "notes.md").exists()
