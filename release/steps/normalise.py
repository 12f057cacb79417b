"""Rewrite an sdist so that its bytes depend on its contents only."""

from __future__ import annotations

import gzip
import io
import tarfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def normalise(sdist: Path, epoch: int) -> None:
    """
    Rewrite an sdist so that it is the same on every machine.

    setuptools records user, time and umask in the sdist (up to 84.2.1, which ignores
    `SOURCE_DATE_EPOCH` here), so a rebuilt sdist differs and an index refuses it.

    Args:
        sdist: a `.tar.gz`, replaced in place.
        epoch: the time of every entry, in seconds since 1970.
    """
    with tarfile.open(sdist) as archive:
        entries = [(info, _content(archive, info)) for info in archive.getmembers()]
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for info, content in sorted(entries, key=lambda entry: entry[0].name):
            archive.addfile(_anonymous(info, epoch), io.BytesIO(content))
    with sdist.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=epoch) as packed:
        packed.write(plain.getvalue())


def _content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    if info.isdir():
        return b""
    stream = archive.extractfile(info) if info.isfile() else None
    if stream is None:
        raise ValueError(f"{info.name} is neither a file nor a folder; an sdist has only these")
    return stream.read()


def _anonymous(info: tarfile.TarInfo, epoch: int) -> tarfile.TarInfo:
    plain = tarfile.TarInfo(info.name)
    plain.type = info.type
    plain.size = info.size
    plain.mtime = epoch
    # One bit of the mode is the project's (executable or not); the others are the builder's umask.
    plain.mode = 0o755 if info.isdir() or info.mode & 0o100 else 0o644
    return plain
