import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from release.steps import smoke
from release.steps.step import ReleaseError

SOURCES = ["UV_CONSTRAINT", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_INDEX", "UV_OVERRIDE"]
# This stand-in for uv needs no index: it unpacks the wheels.
UV = f"""\
#!/usr/bin/env -S "{sys.executable}"
import os, pathlib, subprocess, sys, zipfile

if sys.argv[1] == "venv":
    assert sys.argv[2:5] == ["--quiet", "--python", "3.12"]
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", sys.argv[-1]], check=True)
else:
    assert sys.argv[1:5] == ["pip", "install", "--quiet", "--python"]
    assert os.environ["UV_NO_CONFIG"] == "1"
    assert os.environ["UV_DEFAULT_INDEX"] == "ours"
    assert not [name for name in os.environ if name in {SOURCES}]
    (packages,) = pathlib.Path(sys.argv[5]).parents[1].glob("lib/*/site-packages")
    requirements = ["--requirement", "samples/v2/requirements.txt"]
    assert sys.argv[6:9] == ["azure-functions-embedded-host", *requirements]
    for wheel in sys.argv[9:]:
        zipfile.ZipFile(wheel).extractall(packages)
"""
PYPROJECT = """\
[project]
name = "a-host"
version = "0"

[tool.setuptools]
packages = ["a_host"]
"""
FILES = {
    "setup.py": "setup(name='a-package', version='1', packages=['a_package'])\n",
    "host/pyproject.toml": PYPROJECT,
    "a_package/__init__.py": "",
    "integration/demo.py": "import a_package, a_host\nprint('The demo.')\n",
    "samples/v2/requirements.txt": "",
}


@pytest.fixture(autouse=True)
def checkout(commit: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout with two wheels, as the current folder, and uv on PATH."""
    commit(FILES)
    (tmp_path / "uv").write_text(UV, encoding="utf-8")
    (tmp_path / "uv").chmod(0o755)
    for package in ("a_package", "a_host"):
        with zipfile.ZipFile(f"{package}-1-py3-none-any.whl", "w") as archive:
            archive.writestr(f"{package}/__init__.py", "")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "ours")
    for name in SOURCES:
        monkeypatch.setenv(name, "another")


def test_demo_runs_with_the_wheels(capsys: pytest.CaptureFixture[str]) -> None:
    smoke.main(Path(), python="3.12")

    *imported, demo = capsys.readouterr().out.splitlines()
    places = [path.partition("/environment/")[2] for path in imported]
    packages = "lib/python3.12/site-packages"
    assert places == [f"{packages}/{name}/__init__.py" for name in ("a_package", "a_host")]
    assert demo == "The demo."


def test_failed_demo_fails_the_step() -> None:
    """The demo has a copy of the samples."""
    demo = "import pathlib\nassert not pathlib.Path('samples/v2/requirements.txt').exists()\n"
    Path("integration", "demo.py").write_text(demo, encoding="utf-8")

    with pytest.raises(ReleaseError, match="The demo failed"):
        smoke.main(Path(), python="3.12")


def test_package_outside_of_the_wheel_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))

    with pytest.raises(ReleaseError, match=r"imported .*a_package.*, not the wheel"):
        smoke.main(Path(), python="3.12")
