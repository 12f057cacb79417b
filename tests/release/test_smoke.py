from __future__ import annotations

import sys
from pathlib import Path

import pytest

from release.steps import smoke
from release.steps.contents import PACKAGE
from release.steps.failure import ReleaseError

# In place of uv: it makes a virtual environment, and "installs" the package where it is told.
_UV = f"""\
#!/bin/sh
case $1 in
venv) exec {sys.executable} -m venv --without-pip "$5" ;;
pip) mkdir -p "$INSTALLED" && touch "$INSTALLED/{PACKAGE}.py" ;;
esac
"""


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder; the demo beside it always passes."""
    (tmp_path / "uv").write_text(_UV, encoding="utf-8")
    (tmp_path / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    for folder in ("host", "integration", "samples"):
        (tmp_path / folder).mkdir()
    (tmp_path / "integration" / "demo.py").touch()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scratch").mkdir()
    return tmp_path / "scratch"


def test_demo_passes_with_the_installed_wheel(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = "python{}.{}".format(*sys.version_info)
    packages = scratch / "environment" / "lib" / version / "site-packages"
    monkeypatch.setenv("INSTALLED", str(packages))

    smoke.smoke(Path("a.whl"), "3.12", scratch)

    assert (packages / f"{PACKAGE}.py").exists()


def test_package_from_elsewhere_is_refused(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = scratch.parent / "elsewhere"
    monkeypatch.setenv("INSTALLED", str(elsewhere))
    monkeypatch.setenv("PYTHONPATH", str(elsewhere))

    with pytest.raises(ReleaseError, match="Importing the wheel failed"):
        smoke.smoke(Path("a.whl"), "3.12", scratch)
