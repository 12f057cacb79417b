"""
Stand-in for the `gh` command: `gh release view`, `create`, `upload` and `edit`, and `gh api` for
the commit of a tag.

Kept: a draft until it is published and no new file afterwards (GitHub's immutable releases),
failure on what exists or is missing, refusal of a tag that was never pushed, `contents: write`. Any
other command or option fails. The releases lie in a folder.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from release.rehearsal.standins.job import Job, StepError


def view(release: Path, _: argparse.Namespace, __: Job) -> None:
    """Print whether the release is a draft, and which files it has."""
    if not release.is_dir():
        raise StepError("release not found")
    assets = [
        {"name": file.name, "digest": f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"}
        for file in (release / "assets").iterdir()
    ]
    sys.stdout.write(json.dumps({"isDraft": (release / "draft").exists(), "assets": assets}))


def create(release: Path, options: argparse.Namespace, job: Job) -> None:
    """Make a draft."""
    listing = subprocess.run(
        ["git", f"--git-dir={job.state['origin']}", "tag", "--list", options.tag],
        check=True,
        capture_output=True,
        text=True,
    )
    if not listing.stdout.strip():
        raise StepError(f"tag {options.tag} doesn't exist in the repo")
    release.mkdir(parents=True)
    (release / "draft").touch()
    (release / "assets").mkdir()
    shutil.copyfile(options.notes_file, release / "notes.md")


def upload(release: Path, options: argparse.Namespace, _: Job) -> None:
    """Add files to the draft."""
    if not (release / "draft").exists():
        raise StepError("Cannot upload assets to an immutable release.")
    for file in map(Path, options.files):
        shutil.copyfile(file, release / "assets" / file.name)


def edit(release: Path, options: argparse.Namespace, _: Job) -> None:
    """Publish the draft, with these notes."""
    shutil.copyfile(options.notes_file, release / "notes.md")
    (release / "kind").write_text(f"prerelease={options.prerelease}\n", encoding="utf-8")
    (release / "draft").unlink(missing_ok=True)


def commit_of_tag(options: argparse.Namespace, job: Job) -> None:
    """Print the commit that a tag names."""
    start, _, tag = options.place.rpartition("/tags/")
    if start != "repos/{owner}/{repo}/commits":
        raise StepError(f"the stand-in has no {options.place}")
    done = subprocess.run(
        ["git", f"--git-dir={job.state['origin']}", "rev-parse", f"refs/tags/{tag}^{{commit}}"],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise StepError("gh: No commit found for SHA (HTTP 422)")
    sys.stdout.write(done.stdout)


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


def main() -> int:
    """Run one command."""
    options = _parse(sys.argv[1:])
    state = json.loads(Path(os.environ["REHEARSAL_STATE"]).read_text(encoding="utf-8"))
    job = Job(os.environ["GITHUB_JOB"], {}, Path.cwd(), Path.cwd(), state)
    try:
        if os.environ.get("GH_REPO") != state["repository"]:
            raise StepError("GH_REPO does not name the repository")
        if options.command == "api":
            commit_of_tag(options, job)
        else:
            job.needs_permission("contents")
            options.act(Path(state["releases"], options.tag), options, job)
    except StepError as failed:
        sys.stderr.write(f"{failed}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
