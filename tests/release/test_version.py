from pathlib import Path

import pytest

from release.steps import metadata, version
from release.steps.step import ReleaseError
from release.steps.version import check_tag, check_version, read_sections, release_notes

SETUP = "setup(name='a', packages=['a'], version={!r})"
CHANGELOG = """\
# Changelog

## [Unreleased]

## [2.4.0] - 2026-12-01

### Changed

- More.

## [2.3.5] - 2026-11-25 [YANKED]

- Bad.

## [2.3.4] - 2026-11-24

- First.

[2.3.4]: https://example.org/2.3.4
"""


def commit(monkeypatch: pytest.MonkeyPatch, files: dict[str, str]) -> None:
    """Let the commit at HEAD have these files."""

    def git(command: str, *arguments: str, **_: object) -> str:
        return files[arguments[0].partition(":")[2]] if command == "show" else ""

    monkeypatch.setattr(version, "git", git)
    monkeypatch.setattr(metadata, "git", git)


def test_notes_are_one_section() -> None:
    assert release_notes(read_sections(CHANGELOG), "2.4.0") == "### Changed\n\n- More.\n"


def test_notes_of_the_last_section_have_no_links() -> None:
    assert release_notes(read_sections(CHANGELOG), "2.3.4") == "- First.\n"


@pytest.mark.parametrize(
    ("changelog", "reason"),
    [
        pytest.param("", r"no section on 2\.3\.4 \(found: none\)", id="empty"),
        pytest.param("## [0.9.0] - 2026-01-01\n- x", r"\(found: 0\.9\.0\)", id="older"),
        pytest.param("## [2.3.4]\n- x", "does not date 2.3.4", id="no date"),
        pytest.param("## [2.3.4] - soon\n- x", "does not date 2.3.4", id="no real date"),
        pytest.param("## [2.3.4] - 20261124\n- x", "does not date 2.3.4", id="other form"),
        pytest.param("## [2.3.4] - 2026-99-99\n- x", "does not date 2.3.4", id="no such day"),
        pytest.param("## [2.3.4] - 2026-01-01\n\n", "an empty section on 2.3.4", id="no text"),
        pytest.param("## Unreleased\n- x", r"'## Unreleased'\. Write '## \[Unr", id="no brackets"),
    ],
)
def test_unready_changelog_is_refused(changelog: str, reason: str) -> None:
    with pytest.raises(ReleaseError, match=reason):
        release_notes(read_sections(changelog), "2.3.4")


@pytest.mark.parametrize("tag", ["2.3.4", "v2.3.5", "V2.3.4", "v2.3.4rc1"])
def test_another_tag_is_refused(tag: str) -> None:
    with pytest.raises(ReleaseError, match=f"The tag is {tag}, but setup.py says 2.3.4"):
        check_tag(tag, "2.3.4")


def test_pushed_tag_must_be_the_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(monkeypatch, {"setup.py": SETUP.format("2.4.0"), "CHANGELOG.md": CHANGELOG})
    monkeypatch.setenv("GITHUB_REF_TYPE", "tag")
    notes = tmp_path / "notes.md"

    for name in ("", "v2.3.4"):
        monkeypatch.setenv("GITHUB_REF_NAME", name)
        with pytest.raises(ReleaseError, match=f"The tag is {name or 'empty'}, but"):
            version.main(notes)

    assert not notes.exists()
    monkeypatch.setenv("GITHUB_REF_NAME", "v2.4.0")
    version.main(notes)
    assert notes.read_text(encoding="utf-8") == "### Changed\n\n- More.\n"


@pytest.mark.parametrize("stated", ["2.3.4", "20.3.1", "2.3.4rc1", "2.3.4.post1", "2.3.4.dev10"])
def test_canonical_version_is_accepted(stated: str) -> None:
    check_version(stated)


@pytest.mark.parametrize("stated", ["2.3.4-rc1", "02.3.4", "2.3", "2.3.4+local", "next", "2.3.4\n"])
def test_other_versions_are_refused(stated: str) -> None:
    with pytest.raises(ReleaseError, match="Write three numbers in the canonical form"):
        check_version(stated)


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("", ""),
        ("[Unreleased]: https://example.org/compare\n", ""),
        ("- Not yet.\n", "::warning::The notes of 2.4.0 do not include the section Unreleased\n"),
    ],
    ids=["empty section", "links only", "one line"],
)
def test_unreleased_changes_are_a_warning(
    text: str,
    warning: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    changelog = CHANGELOG.replace("## [Unreleased]\n", f"## [Unreleased]\n\n{text}")
    commit(monkeypatch, {"setup.py": SETUP.format("2.4.0"), "CHANGELOG.md": changelog})

    version.main(tmp_path / "notes.md")

    assert capsys.readouterr().out == f"{warning}version=2.4.0\n"
    assert (tmp_path / "notes.md").read_text(encoding="utf-8") == "### Changed\n\n- More.\n"


def test_refused_version_writes_no_notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "setup.py": SETUP.format("2.3.4+local"),
        "CHANGELOG.md": "## [2.3.4+local] - 2026-12-01\n- x",
    }
    commit(monkeypatch, files)

    with pytest.raises(ReleaseError, match="PyPI refuses local versions"):
        version.main(tmp_path / "notes.md")

    assert not (tmp_path / "notes.md").exists()
