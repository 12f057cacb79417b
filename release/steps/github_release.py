"""
Publish the GitHub release of a tag, with our notes and our files and nothing else; do nothing if it
is published so already.

    python3 -m release.steps.github_release TAG NOTES FILE...

The release stays a draft until every file is there, so that a run that failed halfway can be
repeated and nobody sees half a release. Needs the `gh` command; GH_REPO and GH_TOKEN speak to it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from release.steps.failure import ReleaseError, exit_code

_PRERELEASE = re.compile(r"(a|b|rc|\.dev)\d+$")


def publish(tag: str, notes: str, files: list[str]) -> str:
    """Bring the release of `tag` to its final state and say what was done."""
    release = _release(tag)
    if release and not release["isDraft"]:
        _refuse_another(tag, release, files)
        return f"the release {tag} is published already"
    told = ["--title", tag, "--notes-file", notes]
    if release is None:
        _gh("create", tag, "--draft", "--verify-tag", *told)
    else:
        _refuse_strangers(tag, release, files)
    _gh("upload", tag, "--clobber", *files)
    is_prerelease = "true" if _PRERELEASE.search(tag) else "false"
    _gh("edit", tag, *told, f"--prerelease={is_prerelease}", "--draft=false")
    return f"published the release {tag}"


def _release(tag: str) -> dict[str, Any] | None:
    """Return what GitHub knows about the release, or None if there is none."""
    command = ["gh", "release", "view", tag, "--json", "isDraft,assets"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode == 0:
        release: dict[str, Any] = json.loads(done.stdout)
        return release
    if "release not found" in done.stderr:
        return None
    raise ReleaseError(f"gh cannot tell whether {tag} has a release: {done.stderr.strip()}")


def _refuse_strangers(tag: str, release: dict[str, Any], files: list[str]) -> None:
    ours = {Path(file).name for file in files}
    if strangers := sorted({asset["name"] for asset in release["assets"]} - ours):
        raise ReleaseError(
            f"{tag} has a release with {', '.join(strangers)}, which is not ours to publish. "
            f"Delete the release on GitHub, not the tag, and re-run the failed jobs."
        )


def _refuse_another(tag: str, release: dict[str, Any], files: list[str]) -> None:
    _refuse_strangers(tag, release, files)
    there = {asset["name"]: asset.get("digest") for asset in release["assets"]}
    for file in map(Path, files):
        # GitHub gives no digest of files from before June 2025.
        ours = "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()
        if file.name not in there or there[file.name] not in (ours, None):
            raise ReleaseError(
                f"{tag} has a published release without our {file.name}; somebody else made it. "
                f"Delete the release on GitHub, not the tag, and re-run the failed jobs."
            )


def _gh(*arguments: str) -> None:
    done = subprocess.run(["gh", "release", *arguments], check=False)
    if done.returncode:
        raise ReleaseError(f"gh release {arguments[0]} failed; its output is above.")


def main() -> None:
    """Publish the release that the arguments describe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tag")
    parser.add_argument("notes")
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    sys.stdout.write(publish(arguments.tag, arguments.notes, arguments.files) + "\n")


if __name__ == "__main__":
    sys.exit(exit_code(main))
