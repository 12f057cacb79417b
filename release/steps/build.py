"""
Build the sdist and, from it, the wheel: the same bytes whoever builds, wherever and whenever.

    python -m release.steps.build DIST

What is built is the commit at HEAD. The build tools are those of the environment that runs this,
so that their versions are the ones locked in requirements/build.txt.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from release.steps.contents import check_sdist, package_files
from release.steps.failure import ReleaseError, exit_code
from release.steps.normalise import normalise
from release.steps.repository import git, note_uncommitted


def build(dist: Path) -> None:
    """
    Write the sdist and the wheel of HEAD to the folder `dist`, which must be new or empty.

    A build that fails leaves it empty.

    The wheel is built from the normalised sdist, never from the checkout: what a user builds from
    the sdist is what was tested.
    """
    dist.mkdir(parents=True, exist_ok=True)
    if any(dist.iterdir()):
        raise ReleaseError(f"{dist} is not empty. Remove it: old files would be published too.")
    # File modes enter the wheel, so a private umask would give other bytes.
    os.umask(0o022)
    epoch = _commit_time()
    with tempfile.TemporaryDirectory() as scratch:
        built = Path(scratch, "built")
        source = _extract(_archive_of_head(Path(scratch)), Path(scratch, "source"))
        _run_build("--sdist", source, built, epoch)
        (sdist,) = built.iterdir()
        normalise(sdist, epoch)
        check_sdist(sdist, package_files())
        (unpacked,) = _extract(sdist, Path(scratch, "sdist")).iterdir()
        _run_build("--wheel", unpacked, built, epoch)
        for file in built.iterdir():
            shutil.move(str(file), dist)


def _commit_time() -> int:
    return int(git("log", "-1", "--format=%ct"))


def _archive_of_head(scratch: Path) -> Path:
    note_uncommitted()
    archive = scratch / "head.tar"
    # A user's settings for line ends would change the bytes.
    settings = ["-c", "core.autocrlf=false", "-c", "core.eol=lf"]
    git(*settings, "archive", "--format=tar", f"--output={archive}", "HEAD")
    return archive


def _extract(archive: Path, folder: Path) -> Path:
    with tarfile.open(archive) as tar:
        # Python before 3.9.17 knows no filters, and 3.12 asks for one.
        tar.extraction_filter = getattr(tarfile, "tar_filter", None)
        for entry in tar.getmembers():
            # git archive obeys the user's tar.umask; the project has only these two modes.
            entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
            tar.extract(entry, folder)
    return folder


def _run_build(kind: str, source: Path, dist: Path, epoch: int) -> None:
    command = [sys.executable, "-m", "build", kind, "--no-isolation", "--outdir", str(dist)]
    done = subprocess.run(
        [*command, str(source)],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
    )
    if done.returncode:
        sys.stderr.write(done.stdout)
        raise ReleaseError(f"build {kind} failed; its output is above.")


def main() -> None:
    """Build into the folder given and name the two files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dist", type=Path)
    dist = parser.parse_args().dist
    build(dist)
    for file in sorted(dist.iterdir()):
        sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    sys.exit(exit_code(main))
