from pathlib import Path

import pytest

from release.steps import on_main
from release.steps.commands import git
from release.steps.step import ReleaseError

IDENTITY = ["-c", "user.name=x", "-c", "user.email=x@localhost"]


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository with two commits on main, and a third that is not."""
    origin = tmp_path / "origin"
    git("init", "--quiet", "--initial-branch=main", str(origin))
    for subject in ("First", "Second", "Not reviewed"):
        git(*IDENTITY, "commit", "--quiet", "--allow-empty", f"--message={subject}", cwd=origin)
    git("branch", "elsewhere", cwd=origin)
    git("reset", "--quiet", "--hard", "HEAD~1", cwd=origin)
    return origin


@pytest.fixture
def clone(origin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone, as the current folder."""
    git("clone", "--quiet", str(origin), str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")
    return tmp_path / "clone"


@pytest.mark.usefixtures("clone")
def test_commits_of_main_are_accepted() -> None:
    for commit in ("origin/main", "origin/main~1"):
        git("checkout", "--quiet", "--detach", commit)
        on_main.main()


@pytest.mark.usefixtures("clone")
def test_other_commit_is_refused() -> None:
    """The step refuses it even if a tag has the branch's short name."""
    git("checkout", "--quiet", "--detach", "origin/elsewhere")
    git("tag", "origin/main")

    with pytest.raises(ReleaseError, match=r"^The tagged commit is not on main\. Merge it"):
        on_main.main()


def test_shallow_clone_is_refused(clone: Path) -> None:
    commit = git("rev-parse", "origin/elsewhere")
    (clone / ".git" / "shallow").write_text(f"{commit}\n", encoding="utf-8")
    git("checkout", "--quiet", "--detach", commit)

    with pytest.raises(ReleaseError, match="This clone is shallow"):
        on_main.main()


@pytest.mark.usefixtures("clone")
def test_clone_without_main_is_refused() -> None:
    git("update-ref", "-d", "refs/remotes/origin/main")

    with pytest.raises(ReleaseError, match=r"git rev-parse --verify failed: fatal: "):
        on_main.main()
