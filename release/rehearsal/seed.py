"""
The wheels of other projects that a release needs, fetched once, with the caller's own pip.

The rehearsal itself never leaves the machine. What it would get from PyPI must be on disk before:
the locked tools, what tox installs for the tests, and what the package depends on, for every
Python. A second rehearsal finds it there and needs no network.
"""

from __future__ import annotations

import ast
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

REQUIREMENTS = ROOT / "release" / "requirements"
TOOLS_PYTHON = "3.12"


@functools.cache
def wheels(pythons: tuple[str, ...], cache: Path) -> Path:
    """Return a folder with all wheels, filling it if the requirements are new."""
    wanted = _requirements(pythons)
    key = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()[:16]
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
        # Another rehearsal was faster; its folder holds the same.
        shutil.rmtree(unfinished)
    return folder


@functools.cache
def requires_python(folder: Path) -> dict[str, str]:
    """Return wheel name → Requires-Python, which a real index's simple page states."""
    return {wheel.name: _requires_python(wheel) for wheel in sorted(folder.glob("*.whl"))}


def _requires_python(wheel: Path) -> str:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        # setuptools carries the metadata of what it vendors, deeper in the tree.
        (name,) = [name for name in names if name.count("/") == 1]
        metadata = HeaderParser().parsestr(archive.read(name).decode())
    return metadata["Requires-Python"] or ""


def _requirements(pythons: tuple[str, ...]) -> dict[str, list[list[str]]]:
    """Return sets of requirements; each is resolved by itself, as each is installed by itself."""
    # The host is built from its folder.
    smoke = [*_dependencies(), "werkzeug", "setuptools", "wheel"]
    tox = _tox_deps(pythons)
    sets = {python: [tox[python] + smoke, smoke] for python in pythons}
    locks = [REQUIREMENTS / f"{name}.txt" for name in ("build", "fetch", "tox")]
    sets[TOOLS_PYTHON] += [lock.read_text(encoding="utf-8").splitlines() for lock in locks]
    return sets


def _dependencies() -> list[str]:
    tree = ast.parse((ROOT / "setup.py").read_text(encoding="utf-8"))
    (keyword,) = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "install_requires"
    ]
    dependencies: list[str] = ast.literal_eval(keyword.value)
    return dependencies


def _tox_deps(pythons: tuple[str, ...]) -> dict[str, list[str]]:
    names = {python: "py" + python.replace(".", "") for python in pythons}
    command = [sys.executable, "-m", "tox", "config", "-e", ",".join(names.values()), "-k", "deps"]
    done = subprocess.run(
        [*command, "--format", "json"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    stated = json.loads(done.stdout)["env"]
    return {
        python: [line for dep in stated[name]["deps"] for line in _included(dep)]
        for python, name in names.items()
    }


def _included(dep: str) -> list[str]:
    if not dep.startswith("-r"):
        return [dep]
    lines = (ROOT / dep[2:].strip()).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _download(python: str, sets: list[list[str]], folder: Path) -> None:
    for number, lines in enumerate(sets):
        listed = folder / f"{python}-{number}.txt"
        listed.parent.mkdir(parents=True, exist_ok=True)
        listed.write_text("\n".join(lines) + "\n", encoding="utf-8")
        resolved = listed.with_suffix(".resolved.txt")
        _run(*_COMPILE, f"--python-version={python}", str(listed), f"--output-file={resolved}")
        # The host is built from its folder; only its dependencies come from an index.
        pins = [line for line in resolved.read_text().splitlines(True) if line[:2] != "-e"]
        resolved.write_text("".join(pins), encoding="utf-8")
        fetch = [f"--python-version={python}", f"--dest={folder}", f"--requirement={resolved}"]
        _run(sys.executable, *_DOWNLOAD, *fetch)


_COMPILE = ["uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate"]
_DOWNLOAD = ["-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check"]
_DOWNLOAD += ["--only-binary=:all:"]


def _run(*command: str) -> None:
    done = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}")
