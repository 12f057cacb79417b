from __future__ import annotations

import os
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from release.steps import smoke
from release.steps.step import ReleaseError

if TYPE_CHECKING:
    from pathlib import Path

# It needs no index: a folder is put on the path, a wheel is unpacked.
UV = f"""\
#!{sys.executable}
import os, pathlib, subprocess, sys, zipfile

assert "--quiet" in sys.argv
if sys.argv[1] == "venv":
    assert sys.argv[3:5] == ["--python", "3.12"]
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", sys.argv[-1]], check=True)
else:
    assert os.environ["UV_NO_CONFIG"] == "1"
    assert os.environ["UV_DEFAULT_INDEX"] == "ours"
    assert not [name for name in os.environ if name in {sorted(smoke._SOURCES)}]
    wheel, host = sys.argv[-2:]
    (packages,) = pathlib.Path(sys.argv[5]).parents[1].glob("lib/*/site-packages")
    zipfile.ZipFile(wheel).extractall(packages)
    (packages / "host.pth").write_text(host)
"""
DEMO = "import a_package, a_host, os\nprint('demo of', os.path.basename(os.getcwd()))\n"


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and a checkout with a wheel as the current folder."""
    for name in ("bin", "host", "integration", "samples", "a_package", "scratch"):
        (tmp_path / name).mkdir()
    (tmp_path / "bin" / "uv").write_text(UV, encoding="utf-8")
    (tmp_path / "bin" / "uv").chmod(0o755)
    (tmp_path / "host" / "a_host.py").touch()
    (tmp_path / "integration" / "demo.py").write_text(DEMO, encoding="utf-8")
    (tmp_path / "a_package" / "__init__.py").touch()
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as archive:
        archive.writestr("a_package/__init__.py", "")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "ours")
    for name in smoke._SOURCES:
        monkeypatch.setenv(name, "another")
    return tmp_path / "scratch"


def test_demo_runs_with_the_wheel(scratch: Path, capsys: pytest.CaptureFixture[str]) -> None:
    smoke.smoke(scratch.parent / "a.whl", "a_package", "3.12", scratch)

    imported, demo = capsys.readouterr().out.splitlines()
    assert imported.startswith(f"{scratch}/environment/lib/")
    assert demo == "demo of scratch"


def test_failed_demo_fails_the_step(scratch: Path) -> None:
    (scratch.parent / "samples" / "missing").touch()
    demo = "import pathlib\nassert not pathlib.Path('samples/missing').exists()\n"
    (scratch.parent / "integration" / "demo.py").write_text(demo, encoding="utf-8")

    with pytest.raises(ReleaseError, match="The demo failed"):
        smoke.smoke(scratch.parent / "a.whl", "a_package", "3.12", scratch)


def test_package_outside_of_the_wheel_is_refused(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(scratch.parent))

    with pytest.raises(ReleaseError, match=r"imported .*a_package.* instead of the wheel"):
        smoke.smoke(scratch.parent / "a.whl", "a_package", "3.12", scratch)
