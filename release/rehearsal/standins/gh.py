"""
Stand-in for the `gh` command: `gh release view`, `create` and `delete`, and `gh api` for the commit
of a tag.

Imitates: failure for a release that exists or is missing, refusal of a tag that was never pushed,
`contents: write`. Other commands, other options and another order of the options fail.
"""

import json
import os
from pathlib import Path

from release.rehearsal.standins.job import Job
from release.rehearsal.state import REPOSITORY, Release, State
from release.steps.checksums import sha256
from release.steps.commands import git
from release.steps.step import ReleaseError

_COMMITS = "repos/{owner}/{repo}/commits/tags/"
_PRERELEASE = {"--prerelease=true": True, "--prerelease=false": False}


def gh(job: Job, *arguments: str) -> str:
    """Run one command and return its output."""
    if os.environ.get("GH_REPO") != REPOSITORY:
        raise ReleaseError("GH_REPO does not name the repository")
    state = job.state
    match arguments:
        case ["api", address, "--jq", ".sha"] if address.startswith(_COMMITS):
            return _find_commit(address.removeprefix(_COMMITS), state)
        case ["release", "view", tag, "--json", "isDraft,assets"]:
            return _describe(state.release(tag))
        case ["release", "create", tag, *rest] if not state.release(tag):
            job.require_permission("contents")
            _find_commit(tag, state)
            state.save_release(tag, _create(rest))
        case ["release", "delete", tag, "--yes"] if state.release(tag):
            job.require_permission("contents")
            state.save_release(tag, None)
        case _:
            raise ReleaseError(f"the stand-in for gh cannot run: gh {' '.join(arguments)}")
    return ""


def _find_commit(tag: str, state: State) -> str:
    """Return the commit that a pushed tag names."""
    return git("rev-parse", "--verify", f"refs/tags/{tag}^{{commit}}", cwd=state.origin)


def _describe(release: Release | None) -> str:
    """Return whether the release is a draft, and its files, as JSON."""
    if not release:
        raise ReleaseError("release not found")
    assets = [{"name": name, "digest": f"sha256:{one}"} for name, one in release.assets.items()]
    return json.dumps({"isDraft": release.draft, "assets": assets})


def _create(arguments: list[str]) -> Release:
    """Return a release with the given notes, kind and files."""
    match arguments:
        case ["--verify-tag", "--title", _, "--notes-file", notes, kind, *files]:
            assets = {Path(file).name: sha256(Path(file)) for file in files}
            return Release(assets, _PRERELEASE[kind], Path(notes).read_text(encoding="utf-8"))
    raise ReleaseError(f"the stand-in for gh release create cannot take {arguments}")
