from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from release.steps import build

if TYPE_CHECKING:
    from pathlib import Path


class _SourceSeenError(Exception):
    pass


def _commit_all(folder: Path) -> None:
    who = ["-c", "user.name=somebody", "-c", "user.email=somebody@localhost"]
    for command in (["init", "--quiet"], ["add", "."], [*who, "commit", "--quiet", "-m", "First"]):
        subprocess.run(["git", *command], cwd=folder, check=True)


def test_only_committed_files_are_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clone = tmp_path / "clone"
    clone.mkdir()
    (clone / "changed.py").write_text("committed", encoding="utf-8")
    _commit_all(clone)
    (clone / "changed.py").write_text("not committed", encoding="utf-8")
    (clone / "new.py").touch()
    monkeypatch.chdir(clone)
    source: dict[str, str] = {}

    def read(kind: str, folder: Path, *_: object) -> None:
        source.update({file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()})
        raise _SourceSeenError

    monkeypatch.setattr(build, "_run_build", read)
    with pytest.raises(_SourceSeenError):
        build.build(tmp_path / "dist")

    assert source == {"changed.py": "committed"}
