from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from release.steps import build
from release.steps.commands import git
from release.steps.step import ReleaseError

if TYPE_CHECKING:
    from pathlib import Path

SETUP = "setup(name='a', version='2.3.4', packages=['a'])\n"
IDENTITY = ["-c", "user.name=x", "-c", "user.email=x@localhost"]


class SourceSeenError(Exception):
    """Raised in place of a build."""


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit, as the current folder."""
    clone = tmp_path / "clone"
    clone.mkdir()
    (clone / "setup.py").write_text(SETUP, encoding="utf-8")
    monkeypatch.chdir(clone)
    git("init", "--quiet")
    git("add", "--all")
    git(*IDENTITY, "commit", "--quiet", "--message=First")
    return clone


def test_uncommitted_files_are_not_built(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (clone / "setup.py").write_text("changed", encoding="utf-8")
    (clone / "new.py").touch()
    source: dict[str, str] = {}

    def read(_: str, folder: Path, *__: object) -> None:
        source.update({file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()})
        raise SourceSeenError

    monkeypatch.setattr(build, "_run_build", read)
    with pytest.raises(SourceSeenError):
        build.build(tmp_path / "dist")

    assert source == {"setup.py": SETUP}
    assert "1 uncommitted change(s) are not included" in capsys.readouterr().err


def test_folder_with_files_is_refused(clone: Path) -> None:
    with pytest.raises(ReleaseError, match="is not empty"):
        build.build(clone)
