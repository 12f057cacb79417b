"""
Stand-in for the `gh` command: `gh release view`, `create`, `upload` and `edit`, and `gh api` for
the commit of a tag.

Imitates: a draft until it is published and no new file afterwards (GitHub's immutable releases),
failure for a release that exists or is missing, refusal of a tag that was never pushed, `contents:
write`. Any other command or option fails. The releases are in a folder.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from release.rehearsal.standins.job import read_job
from release.rehearsal.state import REPOSITORY, State
from release.steps.checksums import checksums
from release.steps.commands import git
from release.steps.step import ReleaseError, run_step

_COMMITS = "repos/{owner}/{repo}/commits/tags/"


def find_commit(tag: str, state: State) -> str:
    """Return the commit that a pushed tag names."""
    return git("rev-parse", "--verify", f"refs/tags/{tag}^{{commit}}", cwd=state.origin)


def describe(release: Path) -> str:
    """Return whether the release is a draft, and its files, as JSON."""
    if not release.is_dir():
        raise ReleaseError("release not found")
    files = checksums(release / "assets").items()
    assets = [{"name": name, "digest": f"sha256:{digest}"} for name, digest in files]
    return json.dumps({"isDraft": (release / "draft").exists(), "assets": assets})


def create(release: Path) -> None:
    """Make a draft."""
    (release / "assets").mkdir(parents=True)
    (release / "draft").touch()


def upload(release: Path, files: list[str]) -> None:
    """Add files to the draft."""
    if not (release / "draft").exists():
        raise ReleaseError("Cannot upload assets to an immutable release.")
    for file in files:
        shutil.copy(file, release / "assets")


def publish(release: Path, notes: str, prerelease: str) -> None:
    """Publish the draft, with these notes."""
    shutil.copyfile(notes, release / "notes.md")
    (release / "prerelease").write_text(prerelease, encoding="utf-8")
    (release / "draft").unlink()


def run(arguments: list[str], state: State) -> str:
    """Run one command and return its output; the options must be in this order."""
    command, rest = arguments[:2], arguments[3:]
    name = arguments[2] if len(arguments) > 2 else ""
    is_query = command[0] == "api" and [name, *rest] == ["--jq", ".sha"]
    if is_query and command[1].startswith(_COMMITS):
        return find_commit(command[1].removeprefix(_COMMITS), state)
    release = state.releases / name
    if command == ["release", "view"] and rest == ["--json", "isDraft,assets"]:
        return describe(release)
    if command == ["release", "create"] and rest[:2] == ["--draft", "--verify-tag"]:
        find_commit(name, state)
        create(release)
    elif command == ["release", "upload"] and rest[:1] == ["--clobber"]:
        upload(release, rest[1:])
    elif command == ["release", "edit"] and rest[:5:2] + rest[5:] == [
        "--title",
        "--notes-file",
        *rest[4:5],
        "--draft=false",
    ]:
        publish(release, rest[3], rest[4].removeprefix("--prerelease="))
    else:
        raise ReleaseError(f"the stand-in for gh cannot run: gh {' '.join(arguments)}")
    return ""


def main() -> None:
    """Run the command line."""
    job = read_job({})
    if os.environ.get("GH_REPO") != REPOSITORY:
        raise ReleaseError("GH_REPO does not name the repository")
    if sys.argv[1] == "release":
        job.require_permission("contents")
    sys.stdout.write(run(sys.argv[1:], job.state))


if __name__ == "__main__":
    sys.exit(run_step(main, []))
