"""
Build the sdist and, from it, the wheel. The bytes do not depend on user, machine and time.

    python -m release.steps.build DIST

This builds the commit at HEAD, with the build tools of the environment that runs it: their versions
are locked in requirements/build.txt.
"""

from __future__ import annotations

import os
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

from release.steps.commands import git, note_uncommitted, run
from release.steps.contents import check_sdist, package_files
from release.steps.metadata import read_metadata
from release.steps.normalise import normalise
from release.steps.step import ReleaseError, run_step


def build(dist: Path) -> None:
    """
    Write the sdist and the wheel of HEAD to the folder `dist`, which must be new or empty.

    If a build fails, the folder stays empty. The wheel is built from the normalised sdist, never
    from the checkout, so what a user builds from the sdist is what the tests ran on.
    """
    dist.mkdir(parents=True, exist_ok=True)
    if any(dist.iterdir()):
        raise ReleaseError(f"{dist} is not empty. Remove it: old files would be published too.")
    # File modes are part of the wheel, so a private umask would change its bytes.
    os.umask(0o022)
    epoch = git("log", "-1", "--format=%ct")
    metadata = read_metadata()
    with tempfile.TemporaryDirectory() as scratch:
        built = Path(scratch, "built")
        source = _extract(_archive_of_head(Path(scratch)), Path(scratch, "source"))
        _run_build("--sdist", source, built, epoch)
        (sdist,) = built.iterdir()
        normalise(sdist, int(epoch))
        check_sdist(sdist, package_files(metadata.package), metadata)
        (unpacked,) = _extract(sdist, Path(scratch, "sdist")).iterdir()
        _run_build("--wheel", unpacked, built, epoch)
        for file in built.iterdir():
            shutil.move(str(file), dist)


def _archive_of_head(scratch: Path) -> Path:
    note_uncommitted()
    archive = scratch / "head.tar"
    # A user's settings for line ends would change the bytes.
    settings = ["-c", "core.autocrlf=false", "-c", "core.eol=lf"]
    git(*settings, "archive", "--format=tar", f"--output={archive}", "HEAD")
    return archive


def _extract(archive: Path, folder: Path) -> Path:
    with tarfile.open(archive) as tar:
        # Python before 3.9.17 lacks filters, and 3.12 warns without one.
        tar.extraction_filter = getattr(tarfile, "tar_filter", None)
        for entry in tar.getmembers():
            # git archive applies the user's tar.umask; the project has only these two modes.
            entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
            tar.extract(entry, folder)
    return folder


def _run_build(kind: str, source: Path, dist: Path, epoch: str) -> None:
    command = [sys.executable, "-m", "build", kind, "--no-isolation", "--outdir", str(dist)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": epoch}
    run(f"build {kind}", *command, str(source), env=environment)


def main(dist: Path) -> None:
    """Build into the given folder and print the names of the two files."""
    build(dist)
    for file in sorted(dist.iterdir()):
        sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    sys.exit(run_step(main))
