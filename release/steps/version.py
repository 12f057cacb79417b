"""
Check that tag, version and changelog agree; give the version and the release notes.

    python -m release.steps.version [--tag v1.2.3] [--notes FILE]

Without `--tag` the tag is the one GitHub Actions runs for, if it runs for a tag. What counts is
what is committed, as for the build.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from datetime import datetime
from pathlib import Path

from packaging.version import InvalidVersion, Version

from release.steps.failure import ReleaseError, exit_code
from release.steps.repository import at_head
from release.steps.setup_py import setup_version

_SECTION = re.compile(r"^## \[(?P<version>[^\]]+)\](?: - (?P<date>\S+))?.*$", re.MULTILINE)
_LINK = re.compile(r"^\[[^\]]+\]: \S+$", re.MULTILINE)


def check_version(version: str) -> None:
    """Refuse a version that an index would refuse, or that pip would write in another way."""
    try:
        canonical = Version(version)
    except InvalidVersion:
        raise ReleaseError(f"setup.py says {version!r}, which is no version (PEP 440).") from None
    if canonical.local:
        raise ReleaseError(f"setup.py says {version}; PyPI takes no local version. Drop the +….")
    if str(canonical) != version:
        raise ReleaseError(f"setup.py says {version}, which tools write {canonical}. Write it so.")
    if len(canonical.release) != 3:
        raise ReleaseError(f"setup.py says {version}. Write three numbers, such as 1.0.0.")


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
        raise ReleaseError(f"CHANGELOG.md says nothing about {heading['version']}.")
    return notes + "\n"


def unreleased(changelog: str) -> bool:
    """Return whether the changelog has text that belongs to no version yet."""
    section = re.search(r"^## \[Unreleased\]\s*$(?P<text>.*?)(?=^## |\Z)", changelog, re.M | re.S)
    return bool(section and _LINK.sub("", section["text"]).strip())


def check_tag(tag: str, version: str) -> None:
    """Refuse a tag that is not the version with a `v` before it."""
    if tag != f"v{version}":
        raise ReleaseError(
            f"The tag is {tag or 'empty'}, but setup.py says {version}. "
            f"Tag the commit v{version}, or change the version first."
        )


def pushed_tag() -> str | None:
    """Return the tag that GitHub Actions runs for, or None on a branch or by hand."""
    is_tag = os.environ.get("GITHUB_REF_TYPE") == "tag"
    return os.environ.get("GITHUB_REF_NAME", "") if is_tag else None


def main() -> None:
    """Check, then write the version and the notes to where the caller wants them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tag", default=pushed_tag())
    parser.add_argument("--notes", type=Path)
    arguments = parser.parse_args()
    version = setup_version(at_head("setup.py"))
    check_version(version)
    changelog = at_head("CHANGELOG.md")
    if arguments.tag is not None:
        check_tag(arguments.tag, version)
    notes = release_notes(changelog, version)
    if unreleased(changelog):
        sys.stdout.write(f"::warning::The notes of {version} leave out what is under Unreleased\n")
    if arguments.notes:
        arguments.notes.write_text(notes, encoding="utf-8")
    sys.stdout.write(f"version={version}\n")


if __name__ == "__main__":
    sys.exit(exit_code(main))
