from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

import pytest

from release.steps.build import build
from release.steps.commands import git
from release.steps.contents import SDIST_EXTRAS, find_dists
from release.steps.failure import ReleaseError

if TYPE_CHECKING:
    from pathlib import Path

SETUP = "from setuptools import setup\nsetup(name='a', version='2.3.4', packages=['a'])\n"
FILES = {
    "a/__init__.py": "committed = True\n",
    "pyproject.toml": "[build-system]\nrequires = []\nbuild-backend = 'setuptools.build_meta'\n",
    "setup.py": SETUP,
    "MANIFEST.in": "include readme.md CHANGELOG.md\n",
} | dict.fromkeys(set(SDIST_EXTRAS) - {"PKG-INFO", "pyproject.toml", "setup.py"}, "")
IDENTITY = ["-c", "user.name=x", "-c", "user.email=x@localhost"]


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the smallest project, and the current folder."""
    clone = tmp_path / "clone"
    for name, text in FILES.items():
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(clone)
    git("init", "--quiet")
    git("add", "--all")
    git(*IDENTITY, "commit", "--quiet", "--message=First")
    return clone


def test_uncommitted_files_are_not_built(
    clone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (clone / "a" / "__init__.py").write_text("committed = False\n", encoding="utf-8")
    (clone / "a" / "new.py").touch()

    build(tmp_path / "dist")

    sdist, _ = find_dists(tmp_path / "dist")
    with tarfile.open(sdist) as archive:
        changed = archive.extractfile("a-2.3.4/a/__init__.py")
        assert changed
        assert changed.read().decode() == FILES["a/__init__.py"]
        assert "a-2.3.4/a/new.py" not in archive.getnames()
    assert "1 uncommitted change(s) are not included" in capsys.readouterr().err


def test_folder_with_files_is_refused(clone: Path) -> None:
    with pytest.raises(ReleaseError, match="is not empty"):
        build(clone)
