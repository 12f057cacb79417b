from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from release.steps.normalise import normalise


def write_sdist(path: Path, entries: list[tarfile.TarInfo]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for entry in entries:
            content = b"" if entry.isdir() else entry.name.encode()
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def entry(name: str, *, mode: int, uid: int, owner: str, mtime: float) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = tarfile.DIRTYPE if name.endswith("p-1") else tarfile.REGTYPE
    info.mode, info.uid, info.gid, info.uname, info.gname = mode, uid, uid, owner, owner
    info.mtime = mtime
    return info


def test_order_owner_umask_and_time_leave_no_trace(tmp_path: Path) -> None:
    ours = [
        entry("p-1", mode=0o755, uid=0, owner="root", mtime=1.5),
        entry("p-1/a", mode=0o644, uid=0, owner="root", mtime=2.25),
        entry("p-1/b", mode=0o755, uid=0, owner="root", mtime=3),
    ]
    theirs = [
        entry("p-1/b", mode=0o700, uid=1001, owner="runner", mtime=9e8),
        entry("p-1", mode=0o700, uid=1001, owner="runner", mtime=9e8),
        entry("p-1/a", mode=0o600, uid=1001, owner="runner", mtime=9e8),
    ]
    first = write_sdist(tmp_path / "first.tar.gz", ours)
    second = write_sdist(tmp_path / "second.tar.gz", theirs)
    assert first.read_bytes() != second.read_bytes()

    for sdist in (first, second):
        normalise(sdist, 1_700_000_000)

    assert first.read_bytes() == second.read_bytes()
    with tarfile.open(second) as archive:
        info = archive.getmember("p-1/a")
        stream = archive.extractfile(info)
        assert stream
        assert stream.read() == b"p-1/a"
    assert (info.mode, info.uid, info.uname, info.mtime) == (0o644, 0, "", 1_700_000_000)


def test_link_is_refused(tmp_path: Path) -> None:
    link = tarfile.TarInfo("p-1/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    sdist = tmp_path / "s.tar.gz"
    with tarfile.open(sdist, "w:gz") as archive:
        archive.addfile(link)

    with pytest.raises(ValueError, match="p-1/link is neither a file nor a folder"):
        normalise(sdist, 0)
