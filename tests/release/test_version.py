from collections.abc import Callable
from pathlib import Path

import pytest

from release.steps import version
from release.steps.step import ReleaseError
from release.steps.version import check_version, read_sections, release_notes

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
TITLE = r"'## \[2\.3\.4\] - YYYY-MM-DD'\.$"


@pytest.mark.parametrize(
    ("stated", "notes"),
    [("2.4.0", "### Changed\n\n- More.\n"), ("2.3.5", "- Bad.\n"), ("2.3.4", "- First.\n")],
)
def test_notes_are_one_section_without_links(stated: str, notes: str) -> None:
    assert release_notes(read_sections(CHANGELOG), stated) == notes


@pytest.mark.parametrize(
    ("changelog", "reason"),
    [
        pytest.param("", rf"no section on 2\.3\.4 \(found: none\)\. Rename .* {TITLE}", id="empty"),
        pytest.param("## [0.9.0] - 2026-01-01\n- x", r"\(found: 0\.9\.0\)", id="older"),
        pytest.param("## [2.3.4]\n- x", rf"does not date 2\.3\.4\. Write {TITLE}", id="no date"),
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


@pytest.mark.parametrize("tag", ["", "2.4.0", "v2.4.1", "V2.4.0", "v2.4.0rc1"])
def test_another_tag_is_refused(
    tag: str, commit: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    commit({"setup.py": SETUP.format("2.4.0"), "CHANGELOG.md": CHANGELOG})
    monkeypatch.setenv("GITHUB_REF_TYPE", "tag")
    monkeypatch.setenv("GITHUB_REF_NAME", tag)

    with pytest.raises(ReleaseError, match=f"The tag is {tag or 'empty'}, but setup.py says 2.4.0"):
        version.main(Path("notes.md"))

    assert not Path("notes.md").exists()


@pytest.mark.parametrize("stated", ["2.3.4", "20.3.1", "2.3.4rc1", "2.3.4.post1", "2.3.4.dev10"])
def test_canonical_version_is_accepted(stated: str) -> None:
    check_version(stated)


@pytest.mark.parametrize("stated", ["2.3.4-rc1", "02.3.4", "2.3", "2.3.4+local", "next", "2.3.4\n"])
def test_other_versions_are_refused(stated: str, commit: Callable[..., None]) -> None:
    changelog = CHANGELOG.replace("2.4.0", stated)
    commit({"setup.py": SETUP.format(stated), "CHANGELOG.md": changelog})

    with pytest.raises(
        ReleaseError, match=r"^setup\.py says '.*'\. Write .* PyPI refuses local versions"
    ):
        version.main(Path("notes.md"))

    assert not Path("notes.md").exists()


@pytest.mark.parametrize(
    ("unreleased", "warning"),
    [
        ("", ""),
        ("[Unreleased]: https://example.org/compare\n", ""),
        ("- Not yet.\n", "::warning::The notes of 2.4.0 do not include the section Unreleased\n"),
    ],
    ids=["empty section", "links only", "one line"],
)
def test_unreleased_changes_are_a_warning(
    unreleased: str,
    warning: str,
    commit: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    changelog = CHANGELOG.replace("## [Unreleased]\n", f"## [Unreleased]\n\n{unreleased}")
    commit({"setup.py": SETUP.format("2.4.0"), "CHANGELOG.md": changelog})
    monkeypatch.setenv("GITHUB_REF_TYPE", "tag")
    monkeypatch.setenv("GITHUB_REF_NAME", "v2.4.0")

    version.main(Path("notes.md"))

    assert capsys.readouterr().out == f"{warning}version=2.4.0\n"
    assert Path("notes.md").read_text(encoding="utf-8") == "### Changed\n\n- More.\n"
