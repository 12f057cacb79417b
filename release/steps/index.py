"""Ask one package index for a file of known SHA-256, with pip."""

from __future__ import annotations

import enum
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from release.steps.checksums import read_sums
from release.steps.step import ReleaseError

# pip's own default is PyPI. The rehearsal sets TESTPYPI_SIMPLE to the address of a local index.
INDEXES = {
    "testpypi": os.environ.get("TESTPYPI_SIMPLE", "https://test.pypi.org/simple/"),
    "pypi": "",
}


class Found(enum.Enum):
    """An index's answer to a request for one of our files."""

    SAME = "the same file"
    OTHER = "a different file"
    NOTHING = "no file"
    SILENCE = "no answer"


@dataclass(frozen=True)
class Pin:
    """One built file: its name and its SHA-256."""

    filename: str
    sha256: str

    @property
    def requirement(self) -> str:
        """The line of a requirements file that only this file satisfies."""
        stem = self.filename[: -len(".tar.gz")] if self.is_sdist else self.filename
        name, version = stem.split("-")[:2]
        return f"{name}=={version} --hash=sha256:{self.sha256}\n"

    @property
    def is_sdist(self) -> bool:
        """Whether the file is the sdist, and not the wheel."""
        return self.filename.endswith(".tar.gz")


def read_pins(sums: Path) -> list[Pin]:
    """Return the distributions that a SHA256SUMS file names."""
    return [Pin(name, digest) for name, digest in read_sums(sums).items()]


def name_taken(index: str, pin: Pin) -> ReleaseError:
    """Return the error for a file name under which an index has a different file."""
    return ReleaseError(
        f"{index} has a different file under the name {pin.filename} (ours: sha256 {pin.sha256}). "
        f"An index accepts each name once: raise the version and release that."
    )


def download(index: str, pin: Pin, folder: Path, patience: float) -> tuple[Found, str]:
    """
    Download a file from one index, and from there only, if it is the file that we built.

    Args:
        index: a key of `INDEXES`.
        pin: the file; pip itself compares the hash (`--require-hashes`), before it opens the file.
        folder: where the file goes.
        patience: the seconds after which pip is stopped. Its own timeout is for each read, so an
            index that sends a byte now and then would keep it forever.

    Returns:
        The answer of the index, and pip's output.
    """
    # A child of a stopped pip may still write.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        try:
            done = subprocess.run(
                _command(index, pin, Path(scratch), folder),
                check=False,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                # The folder takes along what a stopped pip leaves behind.
                env={**_environment(index), "TMPDIR": scratch},
                timeout=patience,
            )
        except subprocess.TimeoutExpired as slow:
            output = (slow.output or b"").decode(errors="replace")
            note = f"{index} is slow: stopped pip after {patience:.0f} s without {pin.filename}\n"
            return Found.SILENCE, output + note
        log = Path(scratch, "pip.log").read_text(encoding="utf-8")
        return _classify(done, log, pin, folder), done.stdout


def _command(index: str, pin: Pin, scratch: Path, folder: Path) -> list[str]:
    lines = scratch / "requirements.txt"
    lines.write_text(pin.requirement, encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-cache-dir"]
    command += ["--retries=0", "--disable-pip-version-check", "--progress-bar=off"]
    command += ["--require-hashes", f"--requirement={lines}", f"--dest={folder}"]
    command.append(f"--log={scratch / 'pip.log'}")
    if INDEXES[index]:
        command.append(f"--index-url={INDEXES[index]}")
    # pip reads an sdist's metadata by running its setup.py. Without isolation it uses the build
    # tools of this environment; on TestPyPI anyone may own the name of a build tool.
    return [*command, *(_SDIST if pin.is_sdist else ["--only-binary=:all:"])]


_SDIST = ["--no-binary=:all:", "--no-build-isolation"]


def _environment(index: str) -> dict[str, str]:
    """Return an environment in which `index` is the only source of files."""
    sources = {"PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CONSTRAINT", "PIP_NO_INDEX"}
    if INDEXES[index]:
        sources.add("PIP_INDEX_URL")
    kept = {name: value for name, value in os.environ.items() if name not in sources}
    return {**kept, "PIP_CONFIG_FILE": os.devnull}


# In the words of pip 26.3: a file that is not on the page, a page that cannot be read (in the log
# only), a file that is on the page before it can be downloaded, and an interrupted download.
_ABSENT = "No matching distribution found"
_SILENT = re.compile(
    "Could not fetch URL (?!.*: 404 )|HTTP error [45]|Max retries exceeded|Connection|timed out"
)


def _classify(done: subprocess.CompletedProcess[str], log: str, pin: Pin, folder: Path) -> Found:
    if done.returncode == 0:
        if not (folder / pin.filename).is_file():
            raise ReleaseError(f"The index has {pin.filename} under another name:\n{done.stdout}")
        return Found.SAME
    if "DO NOT MATCH THE HASHES" in done.stdout or "Expected sha256" in done.stdout:
        return Found.OTHER
    if _SILENT.search(log):
        return Found.SILENCE
    if _ABSENT in done.stdout:
        return Found.NOTHING
    raise ReleaseError(f"pip could not fetch {pin.filename}:\n{done.stdout}")
