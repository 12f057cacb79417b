"""
Publish the GitHub release of a tag, with notes and files; do nothing if it is published already.

    python3 -m integration.release.steps.github_release TAG NOTES FILE...

The release stays a draft until every file is there, so that a run that failed halfway can be
repeated and nobody sees half a release. Needs the `gh` command; GH_REPO and GH_TOKEN speak to it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

from integration.release.steps.failure import ReleaseError, exit_code


def publish(tag: str, notes: str, files: list[str]) -> str:
    """Bring the release of `tag` to its final state and say what was done."""
    status = _draft(tag)
    if status is False:
        return f"the release {tag} is published already"
    if status is None:
        _gh("create", tag, "--draft", "--verify-tag", "--title", tag, "--notes-file", notes)
    _gh("upload", tag, "--clobber", *files)
    _gh("edit", tag, "--draft=false")
    return f"published the release {tag}"


def _draft(tag: str) -> bool | None:
    """Return whether the release is a draft, or None if there is no release."""
    command = ["gh", "release", "view", tag, "--json", "isDraft"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode == 0:
        return bool(json.loads(done.stdout)["isDraft"])
    if "release not found" in done.stderr:
        return None
    raise ReleaseError(f"gh cannot tell whether {tag} has a release: {done.stderr.strip()}")


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
