"""
Publish a tag's GitHub release with the given notes and files, unless it is published already.

    python3 -m release.steps github_release TAG NOTES FILE...

gh (2.0 and newer) keeps the release a draft until every file is uploaded, so users never see half a
release. This replaces the draft of a run that failed halfway. Needs the `gh` command with GH_REPO
and GH_TOKEN.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from release.steps.checksums import sha256
from release.steps.commands import gh
from release.steps.step import ReleaseError

# The version is canonical and has no local part. It is a pre-release if it has a pre-release or
# development segment (PEP 440, "Handling of pre-releases"). The library packaging could decide
# this, but this job installs no tools.
_PRERELEASE = re.compile(r"(a|b|rc|\.dev)\d+")
_REMEDY = (
    "Delete the release on GitHub, not the tag, and re-run the failed jobs. "
    "If releases are immutable, raise the version instead."
)


def main(tag: str, notes: str, *files: Path) -> None:
    """Bring the release of `tag` to its final state."""
    if release := _find_release(tag):
        _refuse_other_files(tag, release, files)
        if not release["isDraft"]:
            sys.stdout.write(f"the release {tag} is published already\n")
            return
        gh("release", "delete", tag, "--yes")
    about = ["--verify-tag", "--title", tag, "--notes-file", notes]
    prerelease = "true" if _PRERELEASE.search(tag) else "false"
    gh("release", "create", tag, *about, f"--prerelease={prerelease}", *map(str, files))
    sys.stdout.write(f"published the release {tag}\n")


def _find_release(tag: str) -> dict[str, Any] | None:
    """Return GitHub's description of the release, or None if there is none."""
    try:
        return dict(json.loads(gh("release", "view", tag, "--json", "isDraft,assets")))
    except ReleaseError as error:
        if "release not found" in str(error):
            return None
        raise


def _refuse_other_files(tag: str, release: dict[str, Any], files: tuple[Path, ...]) -> None:
    """Refuse a release with files of others, and a published release without our files."""
    ours = {file.name: f"sha256:{sha256(file)}" for file in files}
    there = {asset["name"]: asset.get("digest") for asset in release["assets"]}
    if others := sorted(there.keys() - ours):
        raise ReleaseError(
            f"The release {tag} has files that this run did not build: {', '.join(others)}. "
            f"{_REMEDY}"
        )
    for name, digest in ours.items():
        # GitHub does not have digests of files older than June 2025.
        if not release["isDraft"] and there.get(name, "missing") not in (digest, None):
            raise ReleaseError(
                f"The release {tag} is published without the {name} of this run; "
                f"it was made outside of this workflow. {_REMEDY}"
            )
