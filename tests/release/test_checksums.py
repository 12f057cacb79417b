import subprocess
from pathlib import Path

import pytest

from release.steps.checksums import check, read_sums
from release.steps.step import ReleaseError

DIGEST = "0123456789abcdef" * 4


def test_changed_missing_and_new_files_are_refused(tmp_path: Path) -> None:
    dist, sums = tmp_path / "dist", tmp_path / "SHA256SUMS"
    dist.mkdir()
    (dist / "a.whl").write_bytes(b"wheel")
    (dist / "a.tar.gz").write_bytes(b"sdist")
    # As a release writes it.
    subprocess.run("sha256sum * > ../SHA256SUMS", shell=True, cwd=dist, check=True)
    check(dist, read_sums(sums))
    (dist / "a.whl").write_bytes(b"other")
    (dist / "a.tar.gz").unlink()
    (dist / "b").touch()

    with pytest.raises(ReleaseError, match=r"a\.tar\.gz, a\.whl, b changed, is missing or is new"):
        check(dist, read_sums(sums))


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
