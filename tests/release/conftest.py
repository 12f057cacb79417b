"""A repository for steps that read the commit at HEAD."""

from collections.abc import Callable
from pathlib import Path

import pytest

from release.steps.commands import git


@pytest.fixture
def commit(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Return a function that commits files to a new repository, which is the current folder."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "x")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "x@localhost")
    monkeypatch.chdir(tmp_path_factory.mktemp("repository"))
    git("init", "--quiet", "--initial-branch=main")

    def commit(files: dict[str, str]) -> None:
        for name, text in files.items():
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(text, encoding="utf-8")
        git("add", "--all")
        git("commit", "--quiet", "--allow-empty", "--message=Commit")

    return commit
