import os
import sys
import zipfile
from pathlib import Path

import pytest

from release.steps import smoke
from release.steps.metadata import Metadata
from release.steps.step import ReleaseError

SOURCES = ["UV_CONSTRAINT", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_INDEX", "UV_OVERRIDE"]
# This stand-in for uv needs no index: it unpacks the wheels.
UV = f"""\
#!{sys.executable}
import os, pathlib, subprocess, sys, zipfile

assert "--quiet" in sys.argv
if sys.argv[1] == "venv":
    assert sys.argv[3:5] == ["--python", "3.12"]
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", sys.argv[-1]], check=True)
else:
    assert sys.argv[1:3] == ["pip", "install"]
    assert os.environ["UV_NO_CONFIG"] == "1"
    assert os.environ["UV_DEFAULT_INDEX"] == "ours"
    assert not [name for name in os.environ if name in {SOURCES}]
    (packages,) = pathlib.Path(sys.argv[5]).parents[1].glob("lib/*/site-packages")
    assert sys.argv[6:9] == {[*smoke._DEMO]}
    for wheel in sys.argv[9:]:
        zipfile.ZipFile(wheel).extractall(packages)
"""
DEMO = "import a_package, a_host, os\nprint('demo of', os.path.basename(os.getcwd()))\n"


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and a checkout with a wheel as the current folder."""
    for name in ("bin", "integration", "samples", "a_package", "scratch"):
        (tmp_path / name).mkdir()
    (tmp_path / "bin" / "uv").write_text(UV, encoding="utf-8")
    (tmp_path / "bin" / "uv").chmod(0o755)
    (tmp_path / "integration" / "demo.py").write_text(DEMO, encoding="utf-8")
    (tmp_path / "a_package" / "__init__.py").touch()
    for package in ("a_package", "a_host"):
        with zipfile.ZipFile(tmp_path / f"{package}.whl", "w") as archive:
            archive.writestr(f"{package}/__init__.py", "")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "ours")
    for name in SOURCES:
        monkeypatch.setenv(name, "another")
    return tmp_path / "scratch"


def run(scratch: Path) -> None:
    wheels = {name: scratch.parent / f"{name}.whl" for name in ("a_package", "a_host")}
    smoke.smoke(wheels, "3.12", scratch)


def test_wheels_of_the_folder_are_tested(
    scratch: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    projects = [Metadata(name, "1", [name]) for name in ("a_package", "a_host")]
    monkeypatch.setattr(smoke, "read_projects", lambda: projects)
    for project in projects:
        (scratch.parent / f"{project.package}.whl").rename(scratch / project.wheel)

    smoke.main(scratch, python="3.12")

    assert capsys.readouterr().out.splitlines()[-1].startswith("demo of ")


def test_demo_runs_with_the_wheels(scratch: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(scratch)

    *imported, demo = capsys.readouterr().out.splitlines()
    installed = f"{scratch}/environment/lib/python3.12/site-packages"
    assert imported == [f"{installed}/{name}/__init__.py" for name in ("a_package", "a_host")]
    assert demo == "demo of scratch"


def test_failed_demo_fails_the_step(scratch: Path) -> None:
    (scratch.parent / "samples" / "missing").touch()
    demo = "import pathlib\nassert not pathlib.Path('samples/missing').exists()\n"
    (scratch.parent / "integration" / "demo.py").write_text(demo, encoding="utf-8")

    with pytest.raises(ReleaseError, match="The demo failed"):
        run(scratch)


def test_package_outside_of_the_wheel_is_refused(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(scratch.parent))

    with pytest.raises(ReleaseError, match=r"imported .*a_package.*, not the wheel"):
        run(scratch)
