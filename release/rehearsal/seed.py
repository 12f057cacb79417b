"""
Download the wheels of other projects that the rehearsed jobs install, with the caller's own pip.

The rehearsal itself needs no network. This stores what the jobs would get from PyPI, for every
Python: the locked tools, the requirements of the tests, and the dependencies of the package and the
host. The next rehearsal uses the stored files.
"""

import contextlib
import functools
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from release.rehearsal.workflow import ROOT
from release.steps.commands import run
from release.steps.metadata import parse_setup
from release.steps.plan import read_matrix

PYTHONS = list(read_matrix()["pythons"])
TOOLS_PYTHON: str = read_matrix()["tools_python"]
# All clones on this machine share this folder.
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "release-rehearsal")
_REQUIREMENTS = ROOT / "release" / "requirements"
# If the repository has a host, installing the host builds it.
_HOST = [str(ROOT / "host"), "setuptools", "wheel"] if (ROOT / "host").is_dir() else []


@functools.cache
def download_wheels() -> Path:
    """
    Return a folder with all wheels.

    Its name is a hash of the requirements. It appears when it is complete and never changes.
    """
    wanted = _list_requirements()
    files = [*ROOT.glob("host/pyproject.toml"), *sorted(ROOT.glob("*/requirements/*.txt"))]
    stated = json.dumps([wanted, *(file.read_text(encoding="utf-8") for file in files)])
    key = hashlib.sha256(stated.encode()).hexdigest()[:16]
    folder = CACHE / key
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        unfinished = Path(scratch, key)
        unfinished.mkdir()
        with ThreadPoolExecutor(2) as pool:
            for download in [pool.submit(_download, *item, unfinished) for item in wanted.items()]:
                download.result()
        # Another rehearsal may have been faster. Its folder has the same files.
        with contextlib.suppress(OSError):
            unfinished.rename(folder)
    return folder


def _list_requirements() -> dict[str, list[list[str]]]:
    """Return Python → the sets of requirements that are installed together."""
    setup_py = (ROOT / "setup.py").read_text(encoding="utf-8")
    package = parse_setup(setup_py).install_requires
    names = {python: "py" + python.replace(".", "") for python in PYTHONS}
    tox = _tox_deps([*names.values(), "lint"])
    sets = {python: [package + tox[name], package + _HOST] for python, name in names.items()}
    locks = [[f"-r {_REQUIREMENTS / name}.txt"] for name in ("build", "tox")]
    sets[TOOLS_PYTHON] += [tox["lint"], *locks]
    return sets


def _tox_deps(environments: list[str]) -> dict[str, list[str]]:
    command = [sys.executable, "-m", "tox", "config", "-e", ",".join(environments), "-k", "deps"]
    done = subprocess.run(
        [*command, "--format", "json"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    stated = json.loads(done.stdout)["env"]
    # tox escapes spaces, which uv does not understand.
    root = str(ROOT).replace(" ", "\\ ")
    return {
        name: [line.replace(root, ".") for line in stated[name]["deps"]] for name in environments
    }


def _download(python: str, sets: list[list[str]], folder: Path) -> None:
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
