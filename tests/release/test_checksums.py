from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from integration.release.steps.checksums import check, read, write
from integration.release.steps.failure import ReleaseError


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / "a.whl").write_bytes(b"wheel")
    (folder / "a.tar.gz").write_bytes(b"sdist")
    return folder


@pytest.fixture
def sums(dist: Path, tmp_path: Path) -> Path:
    write(dist, tmp_path / "SHA256SUMS")
    return tmp_path / "SHA256SUMS"


def test_sha256sum_reads_what_is_written(dist: Path, sums: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", str(sums)], cwd=dist, capture_output=True, text=True
    )

    assert (done.returncode, done.stdout) == (0, "a.tar.gz: OK\na.whl: OK\n")
    check(dist, sums)


def test_changed_missing_and_new_files_are_refused(dist: Path, sums: Path) -> None:
    (dist / "a.whl").write_bytes(b"other")
    (dist / "a.tar.gz").unlink()
    (dist / "b").touch()

    with pytest.raises(ReleaseError, match=r"a\.tar\.gz, a\.whl, b changed, is missing or is new"):
        check(dist, sums)


@pytest.mark.parametrize("text", ["", "not a checksum\n"])
def test_file_that_sha256sum_did_not_write_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "SHA256SUMS").write_text(text)

    with pytest.raises(ReleaseError, match="empty or not written by sha256sum"):
        read(tmp_path / "SHA256SUMS")
