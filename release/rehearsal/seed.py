"""
Download the wheels of other projects that the rehearsed jobs install, with the caller's own pip.

The rehearsal itself needs no network. This puts on disk what the jobs would get from PyPI: the
locked tools, what tox installs for the tests, and what the package and the host depend on, for
every Python. The next rehearsal finds it there.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from email.parser import HeaderParser
from pathlib import Path

from release.rehearsal.workflow import ROOT
from release.steps.commands import run
from release.steps.metadata import parse_metadata
from release.steps.plan import read_matrix

TOOLS_PYTHON: str = read_matrix()["tools_python"]
_REQUIREMENTS = ROOT / "release" / "requirements"
# The host is built when it is installed.
_HOST = [str(ROOT / "host"), "setuptools", "wheel"]


@functools.cache
def download_wheels(pythons: tuple[str, ...], cache: Path) -> Path:
    """Return a folder with all wheels; fill it if the requirements are new."""
    wanted = _list_requirements(pythons)
    files = [ROOT / "host" / "pyproject.toml", *sorted(ROOT.glob("*/requirements/*.txt"))]
    stated = [file.read_text(encoding="utf-8") for file in files]
    key = hashlib.sha256(json.dumps([wanted, stated]).encode()).hexdigest()[:16]
    folder = cache / key
    if folder.is_dir():
        return folder
    unfinished = cache / f"{key}-{os.getpid()}"
    with ThreadPoolExecutor(2) as pool:
        for download in [pool.submit(_download, *item, unfinished) for item in wanted.items()]:
            download.result()
    try:
        unfinished.rename(folder)
    except OSError:
        # Another rehearsal was faster; its folder has the same files.
        shutil.rmtree(unfinished)
    return folder


def requires_python(folder: Path) -> dict[str, str]:
    """Return wheel name → Requires-Python, which the simple page of an index states."""
    return {wheel.name: _requires_python(wheel) for wheel in sorted(folder.glob("*.whl"))}


def _requires_python(wheel: Path) -> str:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        # setuptools has the metadata of its vendored packages, deeper in the tree.
        (name,) = [name for name in names if name.count("/") == 1]
        metadata = HeaderParser().parsestr(archive.read(name).decode())
    return metadata["Requires-Python"] or ""


def _list_requirements(pythons: tuple[str, ...]) -> dict[str, list[list[str]]]:
    """Return Python → the sets of requirements that are installed together."""
    setup_py = (ROOT / "setup.py").read_text(encoding="utf-8")
    package = parse_metadata(setup_py).install_requires
    names = {python: "py" + python.replace(".", "") for python in pythons}
    tox = _tox_deps([*names.values(), "lint"])
    sets = {python: [package + tox[name], package + _HOST] for python, name in names.items()}
    locks = [[f"-r {_REQUIREMENTS / name}.txt"] for name in ("build", "fetch", "tox")]
    sets[TOOLS_PYTHON] += [tox["lint"], *locks]
    return sets


def _tox_deps(environments: list[str]) -> dict[str, list[str]]:
    command = [sys.executable, "-m", "tox", "config", "-e", ",".join(environments), "-k", "deps"]
    done = subprocess.run(
        [*command, "--format", "json"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    stated = json.loads(done.stdout)["env"]
    return {name: stated[name]["deps"] for name in environments}


def _download(python: str, sets: list[list[str]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, lines in enumerate(sets):
        options = [f"--python-version={python}", "--quiet", "--no-header", "--no-annotate", "-"]
        given = "\n".join(lines)
        resolved = run("Resolving", "uv", "pip", "compile", *options, cwd=ROOT, input=given)
        # The host comes from its folder.
        found = [line for line in resolved.splitlines() if "==" in line]
        pinned = folder / f"{python}-{number}.txt"
        pinned.write_text("\n".join(found) + "\n", encoding="utf-8")
        options = ["--quiet", "--no-deps", "--disable-pip-version-check", "--only-binary=:all:"]
        options += [f"--python-version={python}", f"--dest={folder}", f"--requirement={pinned}"]
        run("Downloading", sys.executable, "-m", "pip", "download", *options)
