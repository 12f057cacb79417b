"""What is in the archives, and that pip installs them."""

from __future__ import annotations

import email
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(path.name for path in (ROOT / "python_worker_extension_timer").glob("*.py"))
FILES = [f"python_worker_extension_timer/{name}" for name in [*MODULES, "py.typed"]]


def test_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    info = "python_worker_extension_timer-1.0.0.dist-info"
    assert sorted(name for name in names if not name.startswith(info)) == sorted(FILES)
    assert sorted(name[len(info) + 1 :] for name in names if name.startswith(info)) == [
        "METADATA",
        "RECORD",
        "WHEEL",
        "licenses/LICENSE",
        "top_level.txt",
    ]


def test_sdist_holds_what_the_wheel_is_built_from(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert names >= {
        *FILES,
        "CHANGELOG.md",
        "LICENSE",
        "MANIFEST.in",
        "PKG-INFO",
        "pyproject.toml",
        "readme.md",
        "setup.py",
    }


def test_sdist_is_for_users_and_has_no_tests(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        folders = {name.split("/")[1] for name in archive.getnames() if name.count("/") > 1}

    assert folders == {"python_worker_extension_timer", "python_worker_extension_timer.egg-info"}


def test_metadata_is_what_the_readme_and_the_licence_say(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = email.message_from_bytes(archive.read(name))

    assert metadata["Name"] == "python-worker-extension-timer"
    assert metadata["Requires-Python"] == ">=3.7"
    assert metadata.get_all("Requires-Dist") == ["azure-functions<3,>=1.7.0"]
    assert metadata["License"] == "MIT"
    assert (ROOT / "LICENSE").read_text().startswith("MIT License")
    assert not [line for line in metadata.get_all("Classifier", []) if "License" in line]
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert str(metadata.get_payload()).strip() == (ROOT / "readme.md").read_text("utf-8").strip()


@pytest.mark.parametrize("python", ["python3.7", "python3.13"])
@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_archive_installs_with_pip_in_a_clean_environment(
    python: str, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if not _runs(python):
        pytest.skip(f"{python} is not on PATH")
    archive = request.getfixturevalue(kind)
    subprocess.run([python, "-m", "venv", tmp_path], check=True)
    scripts = tmp_path / ("Scripts" if sys.platform == "win32" else "bin")

    subprocess.run([scripts / "python", "-m", "pip", "install", "-q", archive], check=True)
    program = "import python_worker_extension_timer as t; print(t.TimerExtension.__name__)"
    printed = subprocess.run(
        [scripts / "python", "-c", program], check=True, cwd=tmp_path, stdout=subprocess.PIPE
    )

    assert printed.stdout.split() == [b"TimerExtension"]


def _runs(python: str) -> bool:
    # A shim of a version manager may be on PATH for a version that is not there.
    return shutil.which(python) is not None and not subprocess.call(
        [python, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
