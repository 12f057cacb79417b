from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from release.steps.checksums import check, read_sums, write
from release.steps.step import ReleaseError

DIGEST = "0123456789abcdef" * 4


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


def test_sha256sum_can_read_the_file(dist: Path, sums: Path) -> None:
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


@pytest.mark.parametrize(
    "line",
    [
        "not a checksum",
        f"{DIGEST} a.whl",
        f"{DIGEST} *a.whl",
        f"{DIGEST[1:]}  a.whl",
        f"{DIGEST}0  a.whl",
        f"{DIGEST.upper()}  a.whl",
        f"{DIGEST}  ",
        f"{DIGEST}  ../a.whl",
        f"{DIGEST}  folder/a.whl",
        f"{DIGEST}  .hidden",
        f"{DIGEST}  --option",
        f"{DIGEST}  two words",
        f"{DIGEST}  a.whl\r",
        f"{DIGEST}  \udcff.whl",
        f"{DIGEST}  same.whl",
    ],
)
def test_other_lines_are_refused(line: str, tmp_path: Path) -> None:
    text = f"{DIGEST}  same.whl\n{line}\n"
    (tmp_path / "SHA256SUMS").write_bytes(text.encode(errors="surrogateescape"))

    with pytest.raises(ReleaseError, match=r"SHA256SUMS has the line '.*Each line must be 64 hex"):
        read_sums(tmp_path / "SHA256SUMS")


def test_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "SHA256SUMS").write_text("\n")

    with pytest.raises(ReleaseError, match="SHA256SUMS is empty"):
        read_sums(tmp_path / "SHA256SUMS")


def test_empty_folder_gets_no_checksums(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()

    with pytest.raises(ReleaseError, match="dist is empty"):
        write(tmp_path / "dist", tmp_path / "SHA256SUMS")

    assert not (tmp_path / "SHA256SUMS").exists()
