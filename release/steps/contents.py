"""
Check what is inside the built distributions.

python -m release.steps.contents DIST
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tarfile
import zipfile
import zlib
from email.parser import Parser
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from release.steps.failure import ReleaseError, exit_code
from release.steps.repository import at_head, git
from release.steps.setup_py import setup_version

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def check_version(file: Path, metadata: bytes, version: str) -> None:
    """Refuse a distribution of another version than setup.py states, such as setup.cfg may make."""
    stated = Parser().parsestr(metadata.decode())["Version"]
    if stated != version or file.name not in _names(version):
        raise ReleaseError(
            f"{file.name} is version {stated}, but setup.py says {version}. "
            f"Find what else sets a version, such as tag_build in setup.cfg."
        )


def _names(version: str) -> tuple[str, str]:
    return f"{PACKAGE}-{version}.tar.gz", f"{PACKAGE}-{version}-py3-none-any.whl"


def _sdist_metadata(sdist: Path) -> bytes:
    with tarfile.open(sdist) as archive:
        top = next(iter(archive.getnames())).partition("/")[0]
        stream = archive.extractfile(f"{top}/PKG-INFO")
        return stream.read() if stream else b""


def _wheel_metadata(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return archive.read(name)


@contextlib.contextmanager
def _whole(dist: Path) -> Iterator[None]:
    """Refuse a distribution that cannot be unpacked."""
    try:
        yield
    except (EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error) as error:
        reason = type(error).__name__
        raise ReleaseError(f"{dist.name} cannot be unpacked ({reason}). Build it again.") from error


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
    package, version = package_files(), setup_version(at_head("setup.py"))
    with _whole(sdist):
        check_sdist(sdist, package)
        check_version(sdist, _sdist_metadata(sdist), version)
    with _whole(wheel):
        check_wheel(wheel, package)
        check_version(wheel, _wheel_metadata(wheel), version)


if __name__ == "__main__":
    sys.exit(exit_code(main))
