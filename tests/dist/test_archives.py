"""The metadata of the built archives, and their installation by pip."""

from __future__ import annotations

import email
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import List

import pytest

from integration.matrix import PYTHONS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("project", "requires"),
    [
        ("python-worker-extension-timer", ["azure-functions"]),
        (
            "azure-functions-embedded-host",
            [
                "azure-functions",
                "azure-functions-runtime",
                "azure-functions-runtime-v1",
                "h11",
                "uvicorn",
                "werkzeug",
            ],
        ),
    ],
)
def test_metadata_names_project_licence_and_links(
    project: str, requires: List[str], dist: Path
) -> None:
    (wheel,) = dist.glob(f"{project.replace('-', '_')}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = email.message_from_bytes(archive.read(name))

    assert metadata["Name"] == project
    assert metadata["Requires-Python"] == ">=3.7"
    required = metadata.get_all("Requires-Dist", [])
    assert "azure-functions<3,>=1.7.0" in required
    assert sorted({re.split(r"[^\w-]", line)[0] for line in required}) == requires
    assert metadata["License"] == "MIT"
    assert (ROOT / "LICENSE").read_text().startswith("MIT License")
    assert not [line for line in metadata.get_all("Classifier", []) if "License" in line]
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert sorted(url.partition(",")[0] for url in metadata.get_all("Project-URL", [])) == [
        "Changelog",
        "Documentation",
        "Issues",
        "Source",
    ]


@pytest.mark.parametrize("python", [f"python{PYTHONS[0]}", f"python{PYTHONS[-1]}"])
def test_archives_install_with_pip_in_a_clean_environment(
    python: str, dist: Path, tmp_path: Path
) -> None:
    if not _runs(python):
        pytest.skip(f"{python} is not on PATH")
    uv = [sys.executable, "-m", "uv"]
    # Not the module venv: a distribution's Python may lack pip.
    subprocess.run([*uv, "venv", "-q", "--seed", "--python", python, tmp_path], check=True)

    _install(tmp_path, *map(str, dist.glob("*.whl")))
    _check(tmp_path)
    # A build environment for each sdist would take longer than all other tests here.
    subprocess.run([*uv, "pip", "install", "-q", "--python", tmp_path, "setuptools"], check=True)
    options = ["--no-build-isolation", "--check-build-dependencies", "--no-deps"]
    _install(tmp_path, *options, "--force-reinstall", *map(str, dist.glob("*.tar.gz")))
    _check(tmp_path)


def _install(environment: Path, *arguments: str) -> None:
    python = str(_find_scripts(environment) / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", *arguments], check=True)


def _check(environment: Path) -> None:
    """Import the package, and run the command of the host."""
    scripts = _find_scripts(environment)
    program = "import python_worker_extension_timer as t; print(t.TimerExtension.__name__)"
    package = subprocess.check_output([scripts / "python", "-c", program], cwd=environment)
    host = subprocess.check_output([scripts / "functions-host", "--help"], cwd=environment)

    assert package.split() == [b"TimerExtension"]
    assert host.startswith(b"usage: functions-host")


def _find_scripts(environment: Path) -> Path:
    return environment / ("Scripts" if sys.platform == "win32" else "bin")


def test_host_has_the_version_of_the_package(dist: Path) -> None:
    versions = {path.name.split("-")[1] for path in dist.glob("*.whl")}

    assert len(versions) == 1
    assert "0" not in versions


def _runs(python: str) -> bool:
    # A version manager may put a shim on PATH for a version that is not installed.
    return shutil.which(python) is not None and not subprocess.call(
        [python, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
