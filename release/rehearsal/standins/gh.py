"""
Stand-in for the `gh` command: `gh release view`, `create`, `upload` and `edit`, and `gh api` for
the commit of a tag.

Kept: a draft until it is published and no new file afterwards (GitHub's immutable releases),
failure for a release that exists or is missing, refusal of a tag that was never pushed, `contents:
write`. Any other command or option fails. The releases are in a folder.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from release.rehearsal.standins.job import read_job
from release.steps.checksums import checksums
from release.steps.commands import git
from release.steps.step import ReleaseError, run_step

if TYPE_CHECKING:
    from release.rehearsal.state import State

_KINDS = ("--prerelease=true", "--prerelease=false")


def find_commit(place: str, state: State) -> str:
    """Return the commit that a tag names."""
    start, _, tag = place.rpartition("/tags/")
    if start != "repos/{owner}/{repo}/commits":
        raise ReleaseError(f"the stand-in does not know {place}")
    try:
        return git("rev-parse", f"refs/tags/{tag}^{{commit}}", cwd=state.origin)
    except ReleaseError:
        raise ReleaseError("gh: No commit found for SHA (HTTP 422)") from None


def describe(release: Path) -> str:
    """Return whether the release is a draft, and its files, as JSON."""
    if not release.is_dir():
        raise ReleaseError("release not found")
    files = checksums(release / "assets").items()
    assets = [{"name": name, "digest": f"sha256:{digest}"} for name, digest in files]
    return json.dumps({"isDraft": (release / "draft").exists(), "assets": assets})


def create(release: Path, notes: str, state: State) -> None:
    """Make a draft."""
    if not git("tag", "--list", release.name, cwd=state.origin):
        raise ReleaseError(f"tag {release.name} doesn't exist in the repo")
    (release / "assets").mkdir(parents=True)
    (release / "draft").touch()
    shutil.copyfile(notes, release / "notes.md")


def upload(release: Path, files: list[str]) -> None:
    """Add files to the draft."""
    if not (release / "draft").exists():
        raise ReleaseError("Cannot upload assets to an immutable release.")
    for file in map(Path, files):
        shutil.copyfile(file, release / "assets" / file.name)


def publish(release: Path, notes: str, kind: str) -> None:
    """Publish the draft, with these notes."""
    shutil.copyfile(notes, release / "notes.md")
    (release / "kind").write_text(f"{kind.removeprefix('--')}\n", encoding="utf-8")
    (release / "draft").unlink(missing_ok=True)


def run(arguments: list[str], state: State) -> str:
    """Run one command and return its output; the options must be in this order."""
    match arguments:
        case ["api", place, "--jq", ".sha"]:
            return find_commit(place, state)
        case ["release", "view", tag, "--json", "isDraft,assets"]:
            return describe(state.releases / tag)
        case ["release", "create", tag, "--draft", "--verify-tag", *about]:
            create(state.releases / tag, _read_notes(tag, about), state)
        case ["release", "upload", tag, "--clobber", *files]:
            upload(state.releases / tag, files)
        case ["release", "edit", tag, *about, kind, "--draft=false"] if kind in _KINDS:
            publish(state.releases / tag, _read_notes(tag, about), kind)
        case other:
            raise ReleaseError(f"the stand-in for gh cannot run: gh {' '.join(other)}")
    return ""


def _read_notes(tag: str, about: list[str]) -> str:
    """Return the file with the notes; the title must be the tag."""
    match about:
        case ["--title", title, "--notes-file", notes] if title == tag:
            return notes
        case other:
            raise ReleaseError(f"the stand-in for gh does not know {' '.join(other)}")


def main() -> None:
    """Run the command line."""
    job = read_job({})
    if os.environ.get("GH_REPO") != job.state.repository:
        raise ReleaseError("GH_REPO does not name the repository")
    if sys.argv[1] == "release":
        job.require_permission("contents")
    sys.stdout.write(run(sys.argv[1:], job.state))


if __name__ == "__main__":
    sys.exit(run_step(main, []))
