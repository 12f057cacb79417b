"""
Check that tag, version and changelog agree; print the version and write the release notes.

    python -m release.steps.version [--tag v1.2.3] [--notes FILE]

The default of `--tag` is the tag that GitHub Actions runs for, if any. The files are those of the
commit at HEAD, as for the build.
"""

from __future__ import annotations

import os
import re
import sys
from datetime import datetime
from pathlib import Path

from release.steps.commands import read_committed
from release.steps.metadata import read_metadata
from release.steps.step import ReleaseError, run_step

_NUMBER = r"(0|[1-9][0-9]*)"
_VERSION = re.compile(
    rf"{_NUMBER}(\.{_NUMBER}){{2}}((a|b|rc){_NUMBER})?(\.post{_NUMBER})?(\.dev{_NUMBER})?"
)
_SECTION = re.compile(r"^## \[(?P<version>[^\]]+)\](?: - (?P<date>\S+))?.*$", re.MULTILINE)
_LINK = re.compile(r"^\[[^\]]+\]: \S+$", re.MULTILINE)


def check_version(version: str) -> None:
    """Refuse a version that an index would refuse, or that is not in its canonical form."""
    if not _VERSION.fullmatch(version):
        raise ReleaseError(
            f"setup.py says {version!r}. Write three numbers in the canonical form of PEP 440, "
            f"such as 1.2.3 or 1.2.3rc1. PyPI refuses local versions (+…)."
        )


def release_notes(changelog: str, version: str) -> str:
    """Return the changelog's section on `version`, without its heading."""
    sections = list(_SECTION.finditer(changelog))
    ends = [section.start() for section in sections[1:]] + [len(changelog)]
    for section, end in zip(sections, ends, strict=False):
        if section["version"] == version:
            return _dated(section, _LINK.sub("", changelog[section.end() : end]).strip())
    known = ", ".join(section["version"] for section in sections) or "none"
    raise ReleaseError(
        f"CHANGELOG.md has no section on {version} (found: {known}). "
        f"Rename Unreleased to '## [{version}] - YYYY-MM-DD'."
    )


def _dated(heading: re.Match[str], notes: str) -> str:
    try:
        datetime.strptime(heading["date"] or "", "%Y-%m-%d")
    except ValueError:
        raise ReleaseError(
            f"CHANGELOG.md does not date {heading['version']}. "
            f"Write '## [{heading['version']}] - YYYY-MM-DD'."
        ) from None
    if not notes:
        raise ReleaseError(f"CHANGELOG.md has an empty section on {heading['version']}.")
    return notes + "\n"


def has_unreleased_changes(changelog: str) -> bool:
    """Return whether the section Unreleased of the changelog has text."""
    section = re.search(r"^## \[Unreleased\]\s*$(?P<text>.*?)(?=^## |\Z)", changelog, re.M | re.S)
    return bool(section and _LINK.sub("", section["text"]).strip())


def check_tag(tag: str, version: str) -> None:
    """Refuse a tag that is not `v` and the version."""
    if tag != f"v{version}":
        raise ReleaseError(
            f"The tag is {tag or 'empty'}, but setup.py says {version}. "
            f"Tag the commit v{version}, or change the version first."
        )


def pushed_tag() -> str | None:
    """Return the tag that GitHub Actions runs for, or None if it is a branch or started by hand."""
    is_tag = os.environ.get("GITHUB_REF_TYPE") == "tag"
    return os.environ.get("GITHUB_REF_NAME", "") if is_tag else None


def main(*, tag: str | None = None, notes: str = "") -> None:
    """Check, then write the notes and print the version."""
    tag = pushed_tag() if tag is None else tag
    version = read_metadata().version
    check_version(version)
    changelog = read_committed("CHANGELOG.md")
    if tag is not None:
        check_tag(tag, version)
    text = release_notes(changelog, version)
    if has_unreleased_changes(changelog):
        sys.stdout.write(
            f"::warning::The notes of {version} do not include the section Unreleased\n"
        )
    if notes:
        Path(notes).write_text(text, encoding="utf-8")
    sys.stdout.write(f"version={version}\n")


if __name__ == "__main__":
    sys.exit(run_step(main))
