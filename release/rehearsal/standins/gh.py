"""
Stand-in for the `gh` command: `gh release view`, `create`, `upload` and `edit`, and `gh api` for
the commit of a tag.

Kept: a draft until it is published and no new file afterwards (GitHub's immutable releases),
failure for a release that exists or is missing, refusal of a tag that was never pushed, `contents:
write`. Any other command or option fails. The releases are in a folder.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from release.rehearsal.standins.job import Job, read_job
from release.steps.checksums import checksums
from release.steps.commands import git
from release.steps.failure import ReleaseError, exit_code


def view(release: Path, _: argparse.Namespace, __: Job) -> None:
    """Print whether the release is a draft, and its files."""
    if not release.is_dir():
        raise ReleaseError("release not found")
    assets = [
        {"name": name, "digest": f"sha256:{digest}"}
        for name, digest in checksums(release / "assets").items()
    ]
    sys.stdout.write(json.dumps({"isDraft": (release / "draft").exists(), "assets": assets}))


def create(release: Path, options: argparse.Namespace, job: Job) -> None:
    """Make a draft."""
    if not git("tag", "--list", options.tag, cwd=job.state.origin):
        raise ReleaseError(f"tag {options.tag} doesn't exist in the repo")
    release.mkdir(parents=True)
    (release / "draft").touch()
    (release / "assets").mkdir()
    shutil.copyfile(options.notes_file, release / "notes.md")


def upload(release: Path, options: argparse.Namespace, _: Job) -> None:
    """Add files to the draft."""
    if not (release / "draft").exists():
        raise ReleaseError("Cannot upload assets to an immutable release.")
    for file in map(Path, options.files):
        shutil.copyfile(file, release / "assets" / file.name)


def edit(release: Path, options: argparse.Namespace, _: Job) -> None:
    """Publish the draft, with these notes."""
    shutil.copyfile(options.notes_file, release / "notes.md")
    (release / "kind").write_text(f"prerelease={options.prerelease}\n", encoding="utf-8")
    (release / "draft").unlink(missing_ok=True)


def print_commit(options: argparse.Namespace, job: Job) -> None:
    """Print the commit that a tag names."""
    start, _, tag = options.place.rpartition("/tags/")
    if start != "repos/{owner}/{repo}/commits":
        raise ReleaseError(f"the stand-in does not know {options.place}")
    try:
        commit = git("rev-parse", f"refs/tags/{tag}^{{commit}}", cwd=job.state.origin)
    except ReleaseError:
        raise ReleaseError("gh: No commit found for SHA (HTTP 422)") from None
    sys.stdout.write(f"{commit}\n")


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("gh", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    api = commands.add_parser("api", allow_abbrev=False)
    api.add_argument("place")
    api.add_argument("--jq", choices=[".sha"], required=True)
    acts = commands.add_parser("release").add_subparsers(required=True)
    for act, options in _OPTIONS.items():
        one = acts.add_parser(act.__name__, allow_abbrev=False)
        one.set_defaults(act=act)
        one.add_argument("tag")
        for option, about in options.items():
            one.add_argument(option, **about)
    return parser.parse_args(arguments)


_OPTIONS: dict[Any, dict[str, dict[str, Any]]] = {
    view: {"--json": {"choices": ["isDraft,assets"], "required": True}},
    create: {
        "--draft": {"action": "store_true", "required": True},
        "--verify-tag": {"action": "store_true", "required": True},
        "--title": {"required": True},
        "--notes-file": {"required": True},
    },
    upload: {"--clobber": {"action": "store_true", "required": True}, "files": {"nargs": "+"}},
    edit: {
        "--title": {"required": True},
        "--notes-file": {"required": True},
        "--prerelease": {"choices": ["true", "false"], "required": True},
        "--draft": {"choices": ["false"], "required": True},
    },
}


def main() -> None:
    """Run one command."""
    options = _parse(sys.argv[1:])
    job = read_job({})
    if os.environ.get("GH_REPO") != job.state.repository:
        raise ReleaseError("GH_REPO does not name the repository")
    if options.command == "api":
        print_commit(options, job)
    else:
        job.require_permission("contents")
        options.act(job.state.releases / options.tag, options, job)


if __name__ == "__main__":
    sys.exit(exit_code(main))
