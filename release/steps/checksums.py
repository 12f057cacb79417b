"""
Write the SHA-256 of the built files, or check files against them.

    python -m release.steps.checksums write DIST SHA256SUMS
    python -m release.steps.checksums check DIST SHA256SUMS

The file is what `sha256sum --check` reads.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from pathlib import Path

from release.steps.failure import ReleaseError, exit_code

# As sha256sum writes it of a file whose name has nothing that a shell or a path would read.
_LINE = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<name>[A-Za-z0-9_][A-Za-z0-9_.+!-]*)")


def checksums(folder: Path) -> dict[str, str]:
    """Return file name → SHA-256 of every file in a folder."""
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.iterdir())
    }


def read(sums: Path) -> dict[str, str]:
    """
    Return file name → SHA-256 as a SHA256SUMS file states them.

    The file travels between jobs as text, so that each of its lines is compared with its form.
    """
    # In bytes: reading it as text would take the line ends of Windows for ours.
    lines = sums.read_bytes().decode(errors="replace").split("\n")
    found: dict[str, str] = {}
    for line in filter(None, lines):
        read = _LINE.fullmatch(line)
        if not read or read["name"] in found:
            raise ReleaseError(
                f"{sums} has the line {line!r}. Each must be 64 hex digits, two spaces "
                f"and the name of another file."
            )
        found[read["name"]] = read["digest"]
    if not found:
        raise ReleaseError(f"{sums} is empty. It must name the files that were built.")
    return found


def write(folder: Path, sums: Path) -> None:
    """Write the SHA256SUMS file of a folder that holds at least one file."""
    lines = [f"{digest}  {name}\n" for name, digest in checksums(folder).items()]
    if not lines:
        raise ReleaseError(f"{folder} holds no file. Build first.")
    sums.write_text("".join(lines), encoding="utf-8")


def check(folder: Path, sums: Path) -> None:
    """Refuse a folder that does not hold exactly the files of a SHA256SUMS file."""
    expected, found = read(sums), checksums(folder)
    if found != expected:
        different = sorted(set(expected.items()) ^ set(found.items()))
        names = ", ".join(dict.fromkeys(name for name, _ in different))
        raise ReleaseError(
            f"{folder} is not what was built: {names} changed, is missing or is new."
        )


def main() -> None:
    """Write or check, as the first argument says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("act", choices=["write", "check"])
    parser.add_argument("dist", type=Path)
    parser.add_argument("sums", type=Path)
    arguments = parser.parse_args()
    {"write": write, "check": check}[arguments.act](arguments.dist, arguments.sums)
    sys.stdout.write(arguments.sums.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(exit_code(main))
