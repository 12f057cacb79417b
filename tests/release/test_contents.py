from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from release.steps import contents
from release.steps.contents import (
    PACKAGE,
    SDIST_EXTRAS,
    WHEEL_METADATA,
    check_sdist,
    check_version,
    check_wheel,
    the_two,
)
from release.steps.failure import ReleaseError

OURS = {f"{PACKAGE}/__init__.py", f"{PACKAGE}/py.typed"}
SDIST = {*OURS, *SDIST_EXTRAS, "MANIFEST.in", "setup.cfg", f"{PACKAGE}.egg-info/SOURCES.txt"}
WHEEL = OURS | {f"{PACKAGE}-1.0.0.dist-info/{name}" for name in WHEEL_METADATA}


def write_sdist(folder: Path, names: set[str]) -> Path:
    path = folder / f"{PACKAGE}-1.0.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in names:
            archive.addfile(tarfile.TarInfo(f"{PACKAGE}-1.0.0/{name}"), io.BytesIO())
    return path


def write_wheel(folder: Path, names: set[str]) -> Path:
    path = folder / f"{PACKAGE}-1.0.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return path


def test_complete_distributions_are_taken(tmp_path: Path) -> None:
    check_sdist(write_sdist(tmp_path, SDIST), OURS)
    check_wheel(write_wheel(tmp_path, WHEEL), OURS)


@pytest.mark.parametrize("name", ["readme.md", "LICENSE", f"{PACKAGE}/py.typed"])
def test_sdist_that_lacks_a_file_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=f"lacks {name}"):
        check_sdist(write_sdist(tmp_path, SDIST - {name}), OURS)


def test_sdist_with_tests_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"holds tests/test_x\.py, which is not ours to ship"):
        check_sdist(write_sdist(tmp_path, SDIST | {"tests/test_x.py"}), OURS)


def test_wheel_that_lacks_py_typed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=f"lacks {PACKAGE}/py.typed"):
        check_wheel(write_wheel(tmp_path, WHEEL - {f"{PACKAGE}/py.typed"}), OURS)


def test_wheel_with_a_second_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"holds integration/demo\.py"):
        check_wheel(write_wheel(tmp_path, WHEEL | {"integration/demo.py"}), OURS)


@pytest.mark.parametrize(
    ("name", "stated"),
    [("1.0.0.dev7", "1.0.0.dev7"), ("1.0.0", "1.0.0.dev7"), ("1.0.0.dev7", "1.0.0")],
)
def test_distribution_of_another_version_than_setup_py_states_is_refused(
    name: str, stated: str
) -> None:
    metadata = f"Metadata-Version: 2.1\nName: x\nVersion: {stated}\n".encode()

    with pytest.raises(ReleaseError, match=r"but setup\.py says 1\.0\.0\. Find what else"):
        check_version(Path(f"{PACKAGE}-{name}.tar.gz"), metadata, "1.0.0")


def test_the_sdist_and_the_wheel_are_told_apart(tmp_path: Path) -> None:
    sdist, wheel = write_sdist(tmp_path, SDIST), write_wheel(tmp_path, WHEEL)

    assert the_two(tmp_path) == (sdist, wheel)


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["a.whl"],
        ["a.tar.gz", "a.whl", "b.whl"],
        ["a.tar.gz", "a.whl", "a.whl.publish.attestation"],
    ],
    ids=["nothing", "no sdist", "two wheels", "left-over attestation"],
)
def test_folder_that_is_not_one_sdist_and_one_wheel_is_refused(
    names: list[str], tmp_path: Path
) -> None:
    for name in names:
        (tmp_path / name).touch()

    with pytest.raises(ReleaseError, match="must hold one wheel and one sdist only"):
        the_two(tmp_path)


def test_wheel_whose_metadata_cannot_be_unpacked_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_sdist(tmp_path, SDIST)
    wheel = write_wheel(tmp_path, WHEEL)
    name = f"{PACKAGE}-1.0.0.dist-info/METADATA"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, "Version: 1.0.0\n" * 99)
        start = archive.getinfo(name).header_offset + 30 + len(name)
    packed = bytearray(wheel.read_bytes())
    packed[start] = 0xFF
    wheel.write_bytes(packed)
    for check in ("check_sdist", "check_wheel", "check_version"):
        monkeypatch.setattr(contents, check, lambda *_: None)
    monkeypatch.setattr(contents, "package_files", lambda: OURS)
    monkeypatch.setattr(contents, "at_head", lambda _: "setup(version='1.0.0')")
    monkeypatch.setattr("sys.argv", ["contents", str(tmp_path)])

    with pytest.raises(ReleaseError, match=rf"{wheel.name} cannot be unpacked \(error\)\."):
        contents.main()


@pytest.mark.parametrize("broken", ["sdist", "wheel"])
@pytest.mark.parametrize("length", [30, 0])
def test_distribution_that_cannot_be_unpacked_is_refused(
    broken: str, length: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"sdist": write_sdist(tmp_path, SDIST), "wheel": write_wheel(tmp_path, WHEEL)}
    files[broken].write_bytes(files[broken].read_bytes()[:length])
    monkeypatch.setattr(contents, "package_files", lambda: OURS)
    monkeypatch.setattr(contents, "at_head", lambda _: "setup(version='1.0.0')")
    monkeypatch.setattr(contents, "check_version", lambda *_: None)
    monkeypatch.setattr("sys.argv", ["contents", str(tmp_path)])

    with pytest.raises(ReleaseError, match=rf"{files[broken].name} cannot be unpacked \(\w+\)\."):
        contents.main()
