"""What one package index says about a file whose SHA-256 is known, asked with pip."""

from __future__ import annotations

import enum
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pip._internal.models.index import PyPI

from release.steps.checksums import read
from release.steps.failure import ReleaseError

# pip knows PyPI by itself. TESTPYPI_SIMPLE lets the rehearsal put a local index in its place.
PYPI = os.environ.get("PIP_INDEX_URL") or PyPI.simple_url
INDEXES = {
    "testpypi": os.environ.get("TESTPYPI_SIMPLE", "https://test.pypi.org/simple/"),
    "pypi": "",
}

_DISTRIBUTION = re.compile(r"[^-]+-[^-]+(?:\.tar\.gz|-[^-]+-[^-]+-[^-]+\.whl)")


class Found(enum.Enum):
    """What the index has under the name of our file."""

    SAME = "the same file"
    OTHER = "other bytes"
    NOTHING = "nothing"


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
        """Whether the file is the sdist; the other one is the wheel."""
        return self.filename.endswith(".tar.gz")


def read_pins(sums: Path) -> list[Pin]:
    """Return the distributions that a SHA256SUMS file names."""
    named = read(sums)
    if strangers := [name for name in named if not _DISTRIBUTION.fullmatch(name)]:
        raise ReleaseError(f"{sums} names {', '.join(strangers)}, which is no wheel and no sdist.")
    return [Pin(name, digest) for name, digest in named.items()]


def burnt(index: str, pin: Pin) -> ReleaseError:
    """Return the error of a name that is taken by somebody else's bytes."""
    return ReleaseError(
        f"{index} has other bytes than ours under {pin.filename} (ours: sha256 {pin.sha256}). "
        f"An index never takes a name twice: raise the version and release that."
    )


def ask(index: str, pin: Pin, folder: Path, patience: float) -> tuple[Found, str]:
    """
    Download a file from one index, and from there only, if it is the one we built.

    Args:
        index: a key of `INDEXES`.
        pin: the file; pip itself compares the hash (`--require-hashes`), before it opens the file.
        folder: where the file goes if it is ours.
        patience: the seconds after which pip is ended. Its own timeout is for each read, so that an
            index which gives a byte now and then would keep it forever.

    Returns:
        What was found, and pip's own words.
    """
    # A child of a pip that was ended may still write.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        lines = Path(scratch, "requirements.txt")
        lines.write_text(pin.requirement, encoding="utf-8")
        try:
            done = subprocess.run(
                _command(index, pin, lines, folder),
                check=False,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                # What a pip that is ended leaves behind goes with the folder.
                env={**_environment(index), "TMPDIR": scratch},
                timeout=patience,
            )
        except subprocess.TimeoutExpired as slow:
            words = (slow.output or b"").decode(errors="replace")
            return Found.NOTHING, f"{words}{_too_slow(index, pin, patience)}"
    return _read(done, pin, folder), done.stdout


def _too_slow(index: str, pin: Pin, patience: float) -> str:
    return f"{index} is slow: pip had not got {pin.filename} after {patience:.0f} s and was ended\n"


def _command(index: str, pin: Pin, lines: Path, folder: Path) -> list[str]:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-cache-dir"]
    command += ["--retries=0", "--disable-pip-version-check", "--progress-bar=off"]
    command += ["--require-hashes", f"--requirement={lines}", f"--dest={folder}"]
    if INDEXES[index]:
        command.append(f"--index-url={INDEXES[index]}")
    # pip reads an sdist's metadata by running its setup.py. With the build tools at hand it
    # asks the index for none; on TestPyPI anyone may own their names.
    return [*command, *(_SDIST if pin.is_sdist else ["--only-binary=:all:"])]


_SDIST = ["--no-binary=:all:", "--no-build-isolation"]


def _environment(index: str) -> dict[str, str]:
    """Return an environment in which nothing but `index` can be a source of files."""
    sources = {"PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CONSTRAINT", "PIP_NO_INDEX"}
    if INDEXES[index]:
        sources.add("PIP_INDEX_URL")
    kept = {name: value for name, value in os.environ.items() if name not in sources}
    return {**kept, "PIP_CONFIG_FILE": os.devnull}


# As pip 26.3 words a file that is not on the page, a page it cannot get, a file that the page shows
# before it can be downloaded, and a download that breaks off.
_NOT_YET = re.compile(
    "No matching distribution found|HTTP error [45]|Max retries exceeded|Connection|timed out"
)


def _read(done: subprocess.CompletedProcess[str], pin: Pin, folder: Path) -> Found:
    if done.returncode == 0:
        if not (folder / pin.filename).is_file():
            raise ReleaseError(f"The index gave {pin.filename} another name:\n{done.stdout}")
        return Found.SAME
    if "DO NOT MATCH THE HASHES" in done.stdout or "Expected sha256" in done.stdout:
        return Found.OTHER
    if _NOT_YET.search(done.stdout):
        return Found.NOTHING
    raise ReleaseError(f"pip could not fetch {pin.filename}:\n{done.stdout}")
