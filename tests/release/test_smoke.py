from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from release.steps import commands, smoke
from release.steps.step import ReleaseError


def run_without_uv(task: str, *command: str, **options: Any) -> str:
    """Run a command; without uv, and so without an index."""
    if command[:2] == ("uv", "venv"):
        command = (sys.executable, "-m", "venv", "--without-pip", command[-1])
    elif command[0] == "uv":
        environment = Path(command[command.index("--python") + 1]).parents[1]
        (packages,) = environment.glob("lib/*/site-packages")
        zipfile.ZipFile(command[-2]).extractall(packages)
        return ""
    return commands.run(task, *command, **options)


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and a checkout with a wheel as the current folder."""
    monkeypatch.setattr(smoke, "run", run_without_uv)
    for name in ("host", "integration", "samples", "a_package", "scratch"):
        (tmp_path / name).mkdir()
    (tmp_path / "integration" / "demo.py").write_text("import a_package\nprint('demo')\n")
    (tmp_path / "a_package" / "__init__.py").touch()
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as archive:
        archive.writestr("a_package/__init__.py", "")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "scratch"


def test_package_outside_of_the_wheel_is_refused(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(scratch.parent))

    with pytest.raises(ReleaseError, match=r"imported .*a_package.* instead of the wheel"):
        smoke.smoke(Path("a.whl").resolve(), "a_package", "3.12", scratch)
