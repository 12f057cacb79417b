from collections.abc import Callable
from pathlib import Path

import pytest

from release.steps import on_main
from release.steps.commands import git
from release.steps.step import ReleaseError


@pytest.fixture(autouse=True)
def clone(commit: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clone, as the current folder: two commits on main, and a third that is not."""
    for _ in range(3):
        commit({})
    git("branch", "elsewhere")
    git("reset", "--quiet", "--hard", "HEAD~1")
    git("clone", "--quiet", ".", str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")


@pytest.mark.parametrize("commit_of_main", ["origin/main", "origin/main~1"])
def test_commit_of_main_is_accepted(commit_of_main: str) -> None:
    git("checkout", "--quiet", "--detach", commit_of_main)

    on_main.main()


def test_other_commit_is_refused() -> None:
    """The step refuses it even if a tag has the branch's short name."""
    git("checkout", "--quiet", "--detach", "origin/elsewhere")
    git("tag", "origin/main")

    with pytest.raises(ReleaseError, match=r"^The tagged commit is not on main\. Merge it"):
        on_main.main()


def test_shallow_clone_is_refused() -> None:
    commit = git("rev-parse", "origin/elsewhere")
    Path(".git", "shallow").write_text(f"{commit}\n", encoding="utf-8")
    git("checkout", "--quiet", "--detach", commit)

    with pytest.raises(ReleaseError, match="This clone is shallow"):
        on_main.main()


def test_clone_without_main_is_refused() -> None:
    git("update-ref", "-d", "refs/remotes/origin/main")

    with pytest.raises(ReleaseError, match=r"git rev-parse --verify failed: fatal: "):
        on_main.main()
