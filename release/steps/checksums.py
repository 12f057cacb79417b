"""The SHA-256 of the built files, as `sha256sum` writes them."""

import hashlib
import re
from pathlib import Path

from release.steps.step import ReleaseError

# The name must not have characters that are special in a shell or a path.
_LINE = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<name>[A-Za-z0-9_][A-Za-z0-9_.+!-]*)")


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file, in hex digits."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def checksums(folder: Path) -> dict[str, str]:
    """Return file name → SHA-256 of every file in a folder."""
    return {file.name: sha256(file) for file in sorted(folder.iterdir())}


def parse_sums(text: str) -> dict[str, str]:
    """
    Return file name → SHA-256 from the text of a SHA256SUMS file.

    Jobs pass the text to each other, so each line must have the expected form.
    """
    found: dict[str, str] = {}
    for line in filter(None, text.split("\n")):
        read = _LINE.fullmatch(line)
        if not read or read["name"] in found:
            raise ReleaseError(
                f"SHA256SUMS has the line {line!r}. Each line must be 64 hex digits, two spaces "
                f"and the name of another file."
            )
        found[read["name"]] = read["digest"]
    if not found:
        raise ReleaseError("SHA256SUMS is empty. It must name the files that were built.")
    return found


def read_sums(sums: Path) -> dict[str, str]:
    """Return file name → SHA-256 from a SHA256SUMS file."""
    # Read it as bytes: text mode would accept Windows line ends.
    return parse_sums(sums.read_bytes().decode(errors="replace"))


def list_different(first: dict[str, str], second: dict[str, str]) -> str:
    """Return the names of the files that are not the same in both, or nothing."""
    return ", ".join(sorted({name for name, _ in first.items() ^ second.items()}))


def check(folder: Path, sums: dict[str, str]) -> None:
    """Refuse a folder that does not hold exactly the files with these checksums."""
    if names := list_different(sums, checksums(folder)):
        raise ReleaseError(
            f"{folder} differs from what was built: {names} changed, is missing or is new."
        )
