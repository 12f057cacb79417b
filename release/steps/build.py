"""
Build the sdist and, from it, the wheel of each project.

The bytes do not depend on user, machine and time.

    python -m release.steps build DIST

This builds the commit at HEAD with the build tools of the running environment.
requirements/build.txt locks their versions.
"""

import gzip
import importlib.util
import os
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

from release.steps.commands import git, note_uncommitted, run
from release.steps.contents import check_sdist
from release.steps.metadata import NO_VERSION, Metadata, read_projects
from release.steps.step import ReleaseError


def build(dist: Path) -> None:
    """
    Write the sdists and wheels of HEAD to the folder `dist`, which must be new or empty.

    If a build fails, the folder stays empty. A wheel is built from the normalised sdist, never from
    the checkout. So the tests run on the same wheel that a user would build from the sdist.
    """
    _require_tools()
    dist.mkdir(parents=True, exist_ok=True)
    if any(dist.iterdir()):
        raise ReleaseError(f"{dist} is not empty. Remove it: old files would be published too.")
    note_uncommitted()
    epoch = git("log", "-1", "--format=%ct")
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        archive = scratch / "head.tar"
        # A user's git settings for line ends would change the bytes.
        settings = ["-c", "core.autocrlf=false", "-c", "core.eol=lf"]
        git(*settings, "archive", "--format=tar", f"--output={archive}", "HEAD")
        source = _extract(archive, scratch / "source")
        built = [
            file
            for project in read_projects()
            for file in _build_project(project, source, scratch / project.stem, epoch)
        ]
        for file in built:
            shutil.move(str(file), dist)


def _build_project(project: Metadata, source: Path, scratch: Path, epoch: str) -> list[Path]:
    """Return the sdist and the wheel of one project."""
    if project.folder != ".":
        _complete(source / project.folder, source, project.version)
    built = scratch / "built"
    _run_build("--sdist", source / project.folder, built, epoch)
    (sdist,) = built.iterdir()
    unpacked = normalise(sdist, scratch / "sdist", int(epoch))
    check_sdist(sdist, project)
    _run_build("--wheel", unpacked, built, epoch)
    return list(built.iterdir())


def _complete(folder: Path, top: Path, version: str) -> None:
    """Copy the shared files and the version into a project that is in a folder."""
    for name in ("CHANGELOG.md", "LICENSE"):
        shutil.copy(top / name, folder)
    pyproject = folder / "pyproject.toml"
    stated, ours = (f'\nversion = "{one}"\n' for one in (NO_VERSION, version))
    text = pyproject.read_text(encoding="utf-8")
    pyproject.write_text(text.replace(stated, ours), encoding="utf-8")


def _require_tools() -> None:
    if missing := [name for name in ("build", "setuptools") if not importlib.util.find_spec(name)]:
        raise ReleaseError(
            f"{sys.executable} lacks {' and '.join(missing)}. Install the locked tools: "
            f"uv pip sync --python {sys.prefix} --require-hashes release/requirements/build.txt"
        )


def _extract(archive: Path, folder: Path) -> Path:
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter=_set_mode)
    return folder


def _set_mode(entry: tarfile.TarInfo, folder: str) -> tarfile.TarInfo:
    # Only the executable bit belongs to the project. The other bits come from the umask of the
    # builder or of git archive, and the wheel contains file modes.
    mode = 0o755 if entry.isdir() or (entry.mode or 0) & 0o100 else 0o644
    return tarfile.tar_filter(entry, folder).replace(mode=mode, deep=False)


def normalise(sdist: Path, folder: Path, epoch: int) -> Path:
    """
    Rewrite an sdist so that its bytes depend only on its files, and return it unpacked.

    setuptools (84.2.1 and older) records user, time and umask, and ignores `SOURCE_DATE_EPOCH`
    here. So a rebuilt sdist would differ, and an index would refuse it.
    """

    def anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        return entry.replace(mtime=epoch, uid=0, gid=0, uname="", gname="", deep=False)

    (unpacked,) = _extract(sdist, folder).iterdir()
    with (
        sdist.open("wb") as raw,
        gzip.GzipFile("", "wb", 9, raw, mtime=epoch) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        archive.add(unpacked, unpacked.name, filter=anonymous)
    return unpacked


def _run_build(kind: str, source: Path, dist: Path, epoch: str) -> None:
    command = [sys.executable, "-m", "build", kind, "--no-isolation", "--outdir", str(dist)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": epoch}
    # The builder's umask would change the modes in the wheel.
    run(f"build {kind}", *command, str(source), env=environment, umask=0o022)


def main(dist: Path) -> None:
    """Build into the given folder and print the names of the files."""
    build(dist)
    for file in sorted(dist.iterdir()):
        sys.stdout.write(f"{file}\n")
