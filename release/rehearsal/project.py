"""The repository that a rehearsal releases: HEAD's files, with the whole history on main."""

from dataclasses import dataclass
from pathlib import Path

from release.rehearsal.state import REPOSITORY
from release.rehearsal.workflow import ROOT
from release.steps.commands import git
from release.steps.metadata import Metadata, read_projects

_IDENTITY = ("-c", "user.name=rehearsal", "-c", "user.email=rehearsal@localhost")


@dataclass(frozen=True)
class Project:
    """A clone, and the bare repository that gets its pushes."""

    work: Path
    origin: Path

    @property
    def metadata(self) -> Metadata:
        """The metadata in setup.py."""
        return read_projects(self.work)[0]

    @property
    def tag_name(self) -> str:
        """The tag of the version in setup.py."""
        return f"v{self.metadata.version}"

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text in a file. The file must contain it."""
        file = self.work / path
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{path} does not contain {old!r}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    def commit(self, subject: str, *, push_to: str = "main") -> None:
        """Commit everything and push it."""
        git("add", "--all", cwd=self.work)
        git(*_IDENTITY, "commit", "--quiet", "--allow-empty", f"--message={subject}", cwd=self.work)
        git("push", "--quiet", "--force", str(self.origin), f"HEAD:{push_to}", cwd=self.work)

    def tag(self, name: str) -> None:
        """Tag the commit, moving the tag if it exists, and push the tag."""
        for other in git("tag", "--list", cwd=self.work).split():
            # act treats the first tag of the commit as the pushed tag.
            git("tag", "--delete", other, cwd=self.work)
        git("tag", name, cwd=self.work)
        git("push", "--quiet", "--force", str(self.origin), name, cwd=self.work)

    def move_tag(self) -> None:
        """Move the version's tag to another commit on the server, while a run waits."""
        name = self.tag_name
        later = ["commit-tree", f"{name}^{{tree}}", "-p", name, "-m", "Later"]
        commit = git(*_IDENTITY, *later, cwd=self.origin)
        git("update-ref", f"refs/tags/{name}", commit, cwd=self.origin)


def clone_head(project: Project) -> None:
    """
    Make a repository whose only commit has HEAD's files, and a clone of it.

    A copy of this checkout would not do: it may be shallow, as in CI. GitHub's copy is complete.
    """
    git("init", "--quiet", "--bare", "--initial-branch=main", str(project.origin))
    git("init", "--quiet", str(project.work))
    git("fetch", "--quiet", "--depth=1", ROOT.as_uri(), "HEAD", cwd=project.work)
    git("checkout", "--quiet", "--orphan", "main", "FETCH_HEAD", cwd=project.work)
    (project.work / ".git" / "shallow").unlink()
    project.commit("Everything")
    # act reads the name of the repository from here; each push names its target.
    git("remote", "add", "origin", f"https://github.com/{REPOSITORY}", cwd=project.work)
