"""
Check the contents of the built distributions.

    python -m release.steps contents DIST
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from email.parser import BytesParser
from pathlib import Path, PurePosixPath

from release.steps.commands import git
from release.steps.metadata import Metadata, read_metadata
from release.steps.step import ReleaseError

SDIST_EXTRAS = ("CHANGELOG.md", "LICENSE", "PKG-INFO", "pyproject.toml", "readme.md", "setup.py")
WHEEL_METADATA = ("METADATA", "RECORD", "WHEEL", "licenses/LICENSE", "top_level.txt")
# The last record of a zip file without a comment: its start and its length.
_ZIP_END, _ZIP_END_LENGTH = b"PK\5\6", 22


def package_files(package: str) -> set[str]:
    """Return the files of the package at HEAD, as paths from the top folder."""
    return set(git("ls-tree", "-r", "--name-only", "HEAD", "--", package).split())


def check_dists(folder: Path, files: set[str], metadata: Metadata) -> None:
    """Refuse a folder whose sdist or wheel is not exactly this version of the package."""
    sdist, wheel = find_dists(folder)
    for dist, check in ((sdist, check_sdist), (wheel, check_wheel)):
        try:
            check(dist, files, metadata)
        except (EOFError, gzip.BadGzipFile, tarfile.TarError, zipfile.BadZipFile, zlib.error) as e:
            raise ReleaseError(
                f"{dist.name} cannot be unpacked ({type(e).__name__}: {e}). Build it again."
            ) from None


def check_sdist(sdist: Path, files: set[str], metadata: Metadata) -> None:
    """Refuse an sdist that lacks a file of the wheel, or has a file that does not belong there."""
    # Decompressed whole, so that bytes behind the archive are an error.
    plain = io.BytesIO(gzip.decompress(sdist.read_bytes()))
    with tarfile.open(fileobj=plain, mode="r:") as archive:
        members = archive.getmembers()
        if links := [entry.name for entry in members if not (entry.isfile() or entry.isdir())]:
            raise ReleaseError(f"{sdist.name} has links: {', '.join(links)}. Commit plain files.")
        paths = [PurePosixPath(entry.name) for entry in members if entry.isfile()]
        found = {str(PurePosixPath(*path.parts[1:])) for path in paths}
        generated = {name for name in found if ".egg-info" in name}
        expected = files | set(SDIST_EXTRAS) | {"MANIFEST.in", "setup.cfg"}
        _compare(sdist, found - generated, expected, "Name it in MANIFEST.in.")
        stream = archive.extractfile(f"{paths[0].parts[0]}/PKG-INFO")
        _check_version(sdist, f"{metadata.stem}.tar.gz", stream.read() if stream else b"", metadata)


def check_wheel(wheel: Path, files: set[str], metadata: Metadata) -> None:
    """Refuse a wheel that is not exactly the package and its metadata."""
    info = "-".join(wheel.name.split("-")[:2]) + ".dist-info"
    with zipfile.ZipFile(wheel) as archive:
        if not wheel.read_bytes()[-_ZIP_END_LENGTH:].startswith(_ZIP_END):
            raise zipfile.BadZipFile("bytes behind the archive")
        # Some versions of setuptools write zip-safe; installers ignore it.
        found = set(archive.namelist()) - {f"{info}/zip-safe"}
        expected = files | {f"{info}/{name}" for name in WHEEL_METADATA}
        _compare(wheel, found, expected, "Name it in package_data in setup.py.")
        stated = archive.read(f"{info}/METADATA")
    _check_version(wheel, f"{metadata.stem}-py3-none-any.whl", stated, metadata)


def _compare(dist: Path, found: set[str], expected: set[str], remedy: str) -> None:
    if missing := sorted(expected - found):
        raise ReleaseError(f"{dist.name} lacks {', '.join(missing)}. {remedy}")
    if strangers := sorted(found - expected):
        raise ReleaseError(
            f"{dist.name} has unexpected files: {', '.join(strangers)}. Remove them."
        )


def _check_version(dist: Path, name: str, stated: bytes, metadata: Metadata) -> None:
    version = BytesParser().parsebytes(stated)["Version"]
    if version != metadata.version or dist.name != name:
        raise ReleaseError(
            f"{dist.name} is version {version}, but setup.py says {metadata.version}. "
            f"Find what else sets a version, such as tag_build in setup.cfg."
        )


def find_dists(folder: Path) -> tuple[Path, Path]:
    """Return the sdist and the wheel of a folder that has these two files and no others."""
    files = sorted(folder.iterdir())
    if [file.suffix for file in files] != [".whl", ".gz"]:
        found = ", ".join(file.name for file in files) or "nothing"
        raise ReleaseError(f"{folder} must hold one wheel and one sdist only (found: {found}).")
    return files[1], files[0]


def main(dist: Path) -> None:
    """Check both files of the given folder."""
    metadata = read_metadata()
    check_dists(dist, package_files(metadata.package), metadata)
