"""The project as a rehearsal releases it: a clean clone of HEAD."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from release.rehearsal.workflow import ROOT
from release.steps.setup_py import setup_version

REPOSITORY = "rehearsal/python-worker-extension-timer"
WORKFLOW = ".github/workflows/release.yml"
_WHO = {
    "GIT_AUTHOR_NAME": "rehearsal",
    "GIT_AUTHOR_EMAIL": "rehearsal@localhost",
    "GIT_COMMITTER_NAME": "rehearsal",
    "GIT_COMMITTER_EMAIL": "rehearsal@localhost",
}


@dataclass(frozen=True)
class Project:
    """A clone that commits, tags and pushes, and the bare repository it pushes to."""

    work: Path
    origin: Path

    @property
    def version(self) -> str:
        """The version that setup.py states."""
        return setup_version((self.work / "setup.py").read_text(encoding="utf-8"))

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text in a file, which must hold it."""
        file = self.work / path
        text = file.read_text(encoding="utf-8")
        if old not in text:
            raise LookupError(f"{path} does not hold {old!r}")
        file.write_text(text.replace(old, new), encoding="utf-8")

    def commit(self, subject: str, *, push_to: str = "main") -> None:
        """Commit everything and push it."""
        _git(self.work, "add", "--all")
        _git(self.work, "commit", "--quiet", "--allow-empty", "--message", subject)
        _git(self.work, "push", "--quiet", "--force", str(self.origin), f"HEAD:{push_to}")

    def tag(self, name: str) -> None:
        """Tag the commit, moving the tag if it is elsewhere, and push the tag."""
        for other in _git(self.work, "tag", "--list").split():
            # act takes the first tag of the commit for the one that was pushed.
            _git(self.work, "tag", "--delete", other)
        _git(self.work, "tag", name)
        _git(self.work, "push", "--quiet", "--force", str(self.origin), name)

    def move_tag(self, name: str) -> None:
        """Let the tag name another commit on the server, behind the back of a run."""
        commit = _git(self.origin, "commit-tree", f"{name}^{{tree}}", "-p", name, "-m", "Later")
        _git(self.origin, "update-ref", f"refs/tags/{name}", commit)

    @property
    def has_the_real_workflow(self) -> bool:
        """Whether release.yml is, to the byte, the one of the checkout's HEAD."""
        committed = subprocess.run(
            ["git", "show", f"HEAD:{WORKFLOW}"], cwd=ROOT, check=True, stdout=subprocess.PIPE
        )
        return (self.work / WORKFLOW).read_bytes() == committed.stdout


def clone(folder: Path) -> Project:
    """Clone HEAD into a new folder, as main of a new repository."""
    project = Project(folder / "work", folder / "origin.git")
    # One pack instead of a file for each object, which every job and every fault would copy.
    _git(ROOT, "clone", "--quiet", "--bare", "--no-local", str(ROOT), str(project.origin))
    head = _git(ROOT, "rev-parse", "HEAD")
    _git(project.origin, "update-ref", "refs/heads/main", head)
    for tag in _git(project.origin, "tag", "--list").split():
        _git(project.origin, "tag", "--delete", tag)
    _git(folder, "clone", "--quiet", "--branch=main", str(project.origin), str(project.work))
    # act reads the name of the repository from here; pushes name their target.
    _git(project.work, "remote", "set-url", "origin", f"https://github.com/{REPOSITORY}")
    return project


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **_WHO},
    )
    if done.returncode:
        raise RuntimeError(f"git {' '.join(arguments)}: {done.stderr}")
    return done.stdout.strip()
