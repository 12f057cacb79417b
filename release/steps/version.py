"""
Check that tag, version and changelog agree.

Print the version and write the release notes.

    python -m release.steps version NOTES

The tag is the tag that started GitHub Actions, if any. The files are read from the commit at HEAD,
as for the build.
"""

import os
import re
import sys
from datetime import datetime
from pathlib import Path

from release.steps.commands import git
from release.steps.metadata import read_projects
from release.steps.step import ReleaseError

_NUMBER = r"(0|[1-9][0-9]*)"
_VERSION = re.compile(
    rf"{_NUMBER}(\.{_NUMBER}){{2}}((a|b|rc){_NUMBER})?(\.post{_NUMBER})?(\.dev{_NUMBER})?"
)
_HEADING = re.compile(r"\[(?P<version>[^\]]+)\](?: - (?P<date>\S+))?.*")
_LINK = re.compile(r"^\[[^\]]+\]: \S+$", re.MULTILINE)


def check_version(version: str) -> None:
    """Refuse a version that an index would refuse, or that is not canonical."""
    if not _VERSION.fullmatch(version):
        raise ReleaseError(
            f"setup.py says {version!r}. Write three numbers in the canonical form of PEP 440, "
            f"such as 1.2.3 or 1.2.3rc1. PyPI refuses local versions (+…)."
        )


def read_sections(changelog: str) -> dict[str, tuple[str, str]]:
    """Return version → date and text of each section of the changelog."""
    _, *parts = re.split(r"^##(?!#) *(.*)$", changelog, flags=re.MULTILINE)
    sections = {}
    for heading, text in zip(parts[::2], parts[1::2], strict=True):
        read = _HEADING.fullmatch(heading)
        if not read:
            raise ReleaseError(
                f"CHANGELOG.md has the heading '## {heading}'. "
                f"Write '## [Unreleased]' or '## [1.2.3] - YYYY-MM-DD'."
            )
        sections[read["version"]] = (read["date"] or "", _LINK.sub("", text).strip())
    return sections


def release_notes(sections: dict[str, tuple[str, str]], version: str) -> str:
    """Return the section on `version`, without its heading."""
    heading = f"'## [{version}] - YYYY-MM-DD'"
    if version not in sections:
        raise ReleaseError(
            f"CHANGELOG.md has no section on {version} (found: {', '.join(sections) or 'none'}). "
            f"Rename Unreleased to {heading}."
        )
    date, notes = sections[version]
    try:
        datetime.strptime(date, "%Y-%m-%d")
    except ValueError:
        raise ReleaseError(f"CHANGELOG.md does not date {version}. Write {heading}.") from None
    if not notes:
        raise ReleaseError(f"CHANGELOG.md has an empty section on {version}.")
    return notes + "\n"


def check_tag(tag: str, version: str) -> None:
    """Refuse a tag that is not `v` followed by the version."""
    if tag != f"v{version}":
        raise ReleaseError(
            f"The tag is {tag or 'empty'}, but setup.py says {version}. "
            f"Tag the commit v{version}, or change the version first."
        )


def main(notes: Path) -> None:
    """Check, then write the notes and print the version."""
    version = read_projects()[0].version
    check_version(version)
    if os.environ.get("GITHUB_REF_TYPE") == "tag":
        check_tag(os.environ.get("GITHUB_REF_NAME", ""), version)
    sections = read_sections(git("show", "HEAD:CHANGELOG.md"))
    text = release_notes(sections, version)
    if sections.get("Unreleased", ("", ""))[1]:
        sys.stdout.write(
            f"::warning::The notes of {version} do not include the section Unreleased\n"
        )
    notes.write_text(text, encoding="utf-8")
    sys.stdout.write(f"version={version}\n")
