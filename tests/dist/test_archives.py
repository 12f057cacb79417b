"""The metadata of the built archives, and their installation by pip."""

from __future__ import annotations

import email
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from integration.matrix import PYTHONS

ROOT = Path(__file__).parents[2]


def test_metadata_names_project_licence_and_links(wheel: Path) -> None:
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
    assert sorted(url.partition(",")[0] for url in metadata.get_all("Project-URL", [])) == [
        "Changelog",
        "Documentation",
        "Issues",
        "Source",
    ]


@pytest.fixture(scope="module", params=[f"python{PYTHONS[0]}", f"python{PYTHONS[-1]}"])
def python(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    Return the interpreter of an environment of its own, which only has pip.
    """
    if not _runs(request.param):
        pytest.skip(f"{request.param} is not on PATH")
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([request.param, "-m", "venv", folder], check=True)
    return folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_archive_installs_with_pip(
    python: Path, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    archive = request.getfixturevalue(kind)
    pip = [python, "-m", "pip", "-q", "--disable-pip-version-check"]
    program = "import python_worker_extension_timer as t; print(t.TimerExtension.__name__)"

    subprocess.run([*pip, "install", archive], check=True)
    printed = subprocess.check_output([python, "-c", program], cwd=tmp_path)
    subprocess.run([*pip, "uninstall", "-y", "python_worker_extension_timer"], check=True)

    assert printed.split() == [b"TimerExtension"]


def _runs(python: str) -> bool:
    # A shim of a version manager may be on PATH for a version that is not there.
    return shutil.which(python) is not None and not subprocess.call(
        [python, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
