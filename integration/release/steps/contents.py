"""
Check what is inside the built distributions.

python -m integration.release.steps.contents DIST
"""

from __future__ import annotations

import argparse
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

from integration.release.steps.failure import ReleaseError, exit_code
from integration.release.steps.repository import git

PACKAGE = "python_worker_extension_timer"
SDIST_EXTRAS = ("CHANGELOG.md", "LICENSE", "PKG-INFO", "pyproject.toml", "readme.md", "setup.py")
WHEEL_METADATA = ("METADATA", "RECORD", "WHEEL", "licenses/LICENSE", "top_level.txt")


def package_files() -> set[str]:
    """Return the files of the package at HEAD, as paths from the top folder."""
    return set(git("ls-tree", "-r", "--name-only", "HEAD", "--", PACKAGE).split())


def check_sdist(sdist: Path, package: set[str]) -> None:
    """Refuse an sdist from which the wheel could not be built, or that holds a stranger."""
    with tarfile.open(sdist) as archive:
        paths = [PurePosixPath(entry.name) for entry in archive.getmembers() if entry.isfile()]
    found = {str(PurePosixPath(*path.parts[1:])) for path in paths}
    generated = {name for name in found if f"{PACKAGE}.egg-info" in name}
    expected = package | set(SDIST_EXTRAS) | {"MANIFEST.in", "setup.cfg"}
    _compare(sdist, found - generated, expected, "Name it in MANIFEST.in.")


def check_wheel(wheel: Path, package: set[str]) -> None:
    """Refuse a wheel that is not exactly the package and its metadata."""
    with zipfile.ZipFile(wheel) as archive:
        found = set(archive.namelist())
    info = "-".join(wheel.name.split("-")[:2]) + ".dist-info"
    # setuptools writes it or not, by its version; it says nothing to an installer.
    found.discard(f"{info}/zip-safe")
    expected = package | {f"{info}/{name}" for name in WHEEL_METADATA}
    _compare(wheel, found, expected, "Name it in package_data in setup.py.")


def _compare(dist: Path, found: set[str], expected: set[str], cure: str) -> None:
    if missing := sorted(expected - found):
        raise ReleaseError(f"{dist.name} lacks {', '.join(missing)}. {cure}")
    if strangers := sorted(found - expected):
        raise ReleaseError(f"{dist.name} holds {', '.join(strangers)}, which is not ours to ship.")


def the_two(folder: Path) -> tuple[Path, Path]:
    """Return the sdist and the wheel of a folder that holds these two and nothing else."""
    files = sorted(folder.iterdir())
    names = [file.name for file in files]
    if [Path(name).suffix for name in names] != [".whl", ".gz"]:
        found = ", ".join(names) or "nothing"
        raise ReleaseError(f"{folder} must hold one wheel and one sdist only (found: {found}).")
    return files[1], files[0]


def main() -> None:
    """Check both files of the folder given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dist", type=Path)
    sdist, wheel = the_two(parser.parse_args().dist)
    package = package_files()
    check_sdist(sdist, package)
    check_wheel(wheel, package)


if __name__ == "__main__":
    sys.exit(exit_code(main))
