"""The rules of PyPI for uploads."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SDIST = re.compile(r"[a-z0-9_]+-[^-]+\.tar\.gz")


def judge_upload(filename: str, content: bytes, digest: str, folder: Path, gone: set[str]) -> str:
    """
    Return the HTTP status of an upload: 200 for a file that the index has, 201 for a new one.

    These are the rules of warehouse that matter to a release.

    Args:
        filename: the name of the uploaded file.
        content: its bytes.
        digest: the SHA-256 that the client states.
        folder: the files of the index.
        gone: the names of deleted files, which no upload can use again.
    """
    if hashlib.sha256(content).hexdigest() != digest:
        return "400 The digest supplied does not match a digest calculated from the uploaded file."
    if filename in gone:
        return "400 This filename was previously used by a file that has since been deleted."
    stored = folder / filename
    if stored.exists():
        same = stored.read_bytes() == content
        return "200 OK" if same else "400 File already exists with other content."
    if filename.endswith(".tar.gz"):
        return _judge_sdist(filename, folder)
    return "201 Created"


def _judge_sdist(filename: str, folder: Path) -> str:
    if not _SDIST.fullmatch(filename):
        return "400 The filename of an sdist must be normalized_name-version.tar.gz."
    release = filename[: -len(".tar.gz")]
    if any(other.name.startswith(release + ".") for other in folder.glob("*.tar.gz")):
        return "400 Only one sdist may be uploaded per release."
    return "201 Created"
