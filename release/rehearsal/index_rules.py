"""What PyPI answers to an upload, by the rules of warehouse that matter to a release."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SDIST = re.compile(r"[a-z0-9_]+-[^-]+\.tar\.gz")


@dataclass(frozen=True)
class Upload:
    """The fields of an upload form that decide over it."""

    filename: str
    content: bytes
    sha256_digest: str
    attestations: bool


def judge(upload: Upload, folder: Path, deleted: set[str]) -> str:
    """
    Return the HTTP status of an upload: 200 for what the index has already, 201 to store it.

    Args:
        upload: what came in.
        folder: the files the index has.
        deleted: names that were there once, and are taken for ever.
    """
    if hashlib.sha256(upload.content).hexdigest() != upload.sha256_digest:
        return "400 The digest supplied does not match a digest calculated from the uploaded file."
    if upload.filename in deleted:
        return "400 This filename was previously used by a file that has since been deleted."
    stored = folder / upload.filename
    if stored.exists():
        same = stored.read_bytes() == upload.content
        return "200 OK" if same else "400 File already exists with other content."
    if upload.filename.endswith(".tar.gz"):
        return _judge_sdist(upload.filename, folder)
    return "201 Created"


def _judge_sdist(filename: str, folder: Path) -> str:
    if not _SDIST.fullmatch(filename):
        return "400 The filename of an sdist must be normalized_name-version.tar.gz."
    release = filename[: -len(".tar.gz")]
    if any(other.name.startswith(release + ".") for other in folder.glob("*.tar.gz")):
        return "400 Only one sdist may be uploaded per release."
    return "201 Created"
