"""
Write the SHA-256 of the built files, or check files against them.

    python -m integration.release.steps.checksums write DIST SHA256SUMS
    python -m integration.release.steps.checksums check DIST SHA256SUMS

The file is what `sha256sum --check` reads.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

from integration.release.steps.failure import ReleaseError, exit_code


def checksums(folder: Path) -> dict[str, str]:
    """Return file name → SHA-256 of every file in a folder."""
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.iterdir())
    }


def read(sums: Path) -> dict[str, str]:
    """Return file name → SHA-256 as a SHA256SUMS file states them."""
    lines = sums.read_text(encoding="utf-8").split("\n")
    pairs = [line.split("  ", 1) for line in lines if line]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise ReleaseError(f"{sums} is empty or not written by sha256sum.")
    return {name: digest for digest, name in pairs}


def write(folder: Path, sums: Path) -> None:
    """Write the SHA256SUMS file of a folder."""
    lines = [f"{digest}  {name}\n" for name, digest in checksums(folder).items()]
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
