"""
Check the contents of the built distributions.

    python -m release.steps contents DIST
"""

import gzip
import io
import tarfile
import zipfile
import zlib
from email.parser import BytesParser
from pathlib import Path, PurePosixPath

from release.steps.commands import git
from release.steps.metadata import Metadata, read_projects
from release.steps.step import ReleaseError

SDIST_EXTRAS = (
    *("CHANGELOG.md", "LICENSE", "MANIFEST.in", "PKG-INFO", "pyproject.toml", "readme.md"),
    "setup.cfg",
)
WHEEL_METADATA = ("METADATA", "RECORD", "WHEEL", "licenses/LICENSE", "top_level.txt")
# The last record of a zip file without a comment: its first bytes and its length.
_ZIP_END, _ZIP_END_LENGTH = b"PK\5\6", 22


def check_dists(folder: Path, projects: list[Metadata]) -> None:
    """Refuse a folder whose files are not exactly the sdists and wheels of this version."""
    dists = {name: project for project in projects for name in (project.sdist, project.wheel)}
    found = {file.name for file in folder.iterdir()}
    if found != dists.keys():
        raise ReleaseError(
            f"{folder} must hold {', '.join(sorted(dists))} only "
            f"(found: {', '.join(sorted(found)) or 'nothing'})."
        )
    for name, project in dists.items():
        try:
            (check_wheel if name == project.wheel else check_sdist)(folder / name, project)
        except (EOFError, gzip.BadGzipFile, tarfile.TarError, zipfile.BadZipFile, zlib.error) as e:
            raise ReleaseError(
                f"{name} cannot be unpacked ({type(e).__name__}: {e}). Build it again."
            ) from None


def _package_files(project: Metadata) -> set[str]:
    """Return the files of the package at HEAD, as paths from the folder of the project."""
    listed = git("ls-tree", "-r", "--name-only", "HEAD", "--", project.source).splitlines()
    return {str(PurePosixPath(file).relative_to(project.folder)) for file in listed}


def check_sdist(sdist: Path, project: Metadata) -> None:
    """Refuse an sdist that lacks a file of the wheel, or has a file that does not belong there."""
    # Decompress it whole, so that extra bytes after the archive are an error.
    plain = io.BytesIO(gzip.decompress(sdist.read_bytes()))
    with tarfile.open(fileobj=plain, mode="r:") as archive:
        members = archive.getmembers()
        if links := [entry.name for entry in members if not (entry.isfile() or entry.isdir())]:
            raise ReleaseError(f"{sdist.name} has links: {', '.join(links)}. Commit plain files.")
        paths = [PurePosixPath(entry.name) for entry in members if entry.isfile()]
        found = {str(PurePosixPath(*path.parts[1:])) for path in paths}
        generated = {name for name in found if ".egg-info" in name}
        expected = _package_files(project) | set(SDIST_EXTRAS)
        expected |= {"setup.py"} if project.folder == "." else set()
        _compare(sdist, found - generated, expected, "Name it in MANIFEST.in.")
        stream = archive.extractfile(f"{paths[0].parts[0]}/PKG-INFO")
        _check_version(sdist, stream.read() if stream else b"", project)


def check_wheel(wheel: Path, project: Metadata) -> None:
    """Refuse a wheel that is not exactly the package and its metadata."""
    info = "-".join(wheel.name.split("-")[:2]) + ".dist-info"
    with zipfile.ZipFile(wheel) as archive:
        if not wheel.read_bytes()[-_ZIP_END_LENGTH:].startswith(_ZIP_END):
            raise zipfile.BadZipFile("bytes behind the archive")
        # Some versions of setuptools write zip-safe. Installers ignore it.
        found = set(archive.namelist()) - {f"{info}/zip-safe"}
        metadata = {*WHEEL_METADATA, *(["entry_points.txt"] if project.has_scripts else [])}
        expected = _package_files(project) | {f"{info}/{name}" for name in metadata}
        _compare(wheel, found, expected, "Name it in the package data of the project.")
        stated = archive.read(f"{info}/METADATA")
    _check_version(wheel, stated, project)


def _compare(dist: Path, found: set[str], expected: set[str], remedy: str) -> None:
    if missing := sorted(expected - found):
        raise ReleaseError(f"{dist.name} lacks {', '.join(missing)}. {remedy}")
    if strangers := sorted(found - expected):
        raise ReleaseError(
            f"{dist.name} has unexpected files: {', '.join(strangers)}. Remove them."
        )


def _check_version(dist: Path, stated: bytes, project: Metadata) -> None:
    version = BytesParser().parsebytes(stated)["Version"]
    if version != project.version or dist.name not in (project.sdist, project.wheel):
        raise ReleaseError(
            f"{dist.name} is version {version}, but setup.py says {project.version}. "
            f"Find what else sets a version, such as tag_build in setup.cfg."
        )


def main(dist: Path) -> None:
    """Check all files of the given folder."""
    check_dists(dist, read_projects())
