import io
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from release.steps import contents
from release.steps.commands import git
from release.steps.contents import SDIST_EXTRAS, WHEEL_METADATA, check_dists, check_sdist
from release.steps.metadata import Metadata
from release.steps.step import ReleaseError

US = Metadata("a-project", "2.3.4", ["a_package"])
SETUP = "setup(name='a-project', version='2.3.4', packages=['a_package'])\n"
STEM = "a_project-2.3.4"
OURS = {"a_package/__init__.py", "a_package/py.typed"}
SDIST = {*OURS, *SDIST_EXTRAS, "setup.py", "a_project.egg-info/SOURCES.txt"}
WHEEL = OURS | {f"{STEM}.dist-info/{name}" for name in WHEEL_METADATA}
SDIST_OR_WHEEL = pytest.mark.parametrize("kind", [0, 1], ids=["sdist", "wheel"])


@pytest.fixture(autouse=True)
def repository(commit: Callable[..., None]) -> None:
    """A commit with our files at the top and in host/, and a file that is not committed."""
    commit({"setup.py": SETUP, **dict.fromkeys([*OURS, *(f"host/{name}" for name in OURS)], "")})
    Path("a_package", "new.py").touch()
    git("add", "--all")


def write_dists(
    folder: Path,
    sdist: set[str] = SDIST,
    wheel: set[str] = WHEEL,
    *,
    stem: str = STEM,
    version: str = "2.3.4",
) -> tuple[Path, Path]:
    """Write both archives. The metadata has the version, and all other files are empty."""
    metadata = f"Metadata-Version: 2.1\nName: x\nVersion: {version}\n".encode() * 9
    paths = folder / f"{stem}.tar.gz", folder / f"{stem}-py3-none-any.whl"
    with tarfile.open(paths[0], "w:gz") as archive:
        for name in sdist:
            content = metadata if name == "PKG-INFO" else b""
            entry = tarfile.TarInfo(f"{STEM}/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    with zipfile.ZipFile(paths[1], "w", zipfile.ZIP_DEFLATED) as wheel_archive:
        for name in wheel:
            content = metadata if name.endswith("/METADATA") else b""
            wheel_archive.writestr(name.replace(STEM, stem), content)
    return paths


def test_complete_distributions_are_accepted(tmp_path: Path) -> None:
    sdist, _ = write_dists(tmp_path)

    contents.main(tmp_path)

    sdist.unlink()
    with pytest.raises(ReleaseError, match="must hold"):
        contents.main(tmp_path)


def test_project_in_a_folder_has_its_own_files(tmp_path: Path) -> None:
    """This project has a command, and no setup.py."""
    host = replace(US, folder="host", has_scripts=True)
    more = {f"{STEM}.dist-info/entry_points.txt", f"{STEM}.dist-info/zip-safe"}
    write_dists(tmp_path, sdist=SDIST - {"setup.py"}, wheel=WHEEL | more)

    check_dists(tmp_path, [host])

    with pytest.raises(ReleaseError, match=r"lacks setup\.py"):
        check_dists(tmp_path, [US])


def without(name: str) -> dict[str, Any]:
    return {"sdist": SDIST - {name}, "wheel": WHEEL - {name}}


@pytest.mark.parametrize(
    ("dists", "reason"),
    [
        (without("readme.md"), r"tar\.gz lacks readme\.md\. Name it in MANIFEST"),
        (without("LICENSE"), r"tar\.gz lacks LICENSE\. Name it in MANIFEST"),
        (without("PKG-INFO"), r"tar\.gz lacks PKG-INFO\."),
        ({"sdist": SDIST - OURS}, r"tar\.gz lacks a_package/__init__\.py, a_package/py\.typed\."),
        ({"wheel": WHEEL - OURS}, r"whl lacks .*/py\.typed\. Name it in the package data"),
        (without(f"{STEM}.dist-info/METADATA"), f"whl lacks {STEM}.dist-info/METADATA"),
        ({"sdist": SDIST | {"b/x.py"}}, r"tar\.gz has unexpected files: b/x\.py\. Remove them"),
        ({"wheel": WHEEL | {"b/x.py"}}, r"whl has unexpected files: b/x\.py\. Remove them"),
    ],
)
def test_other_files_are_refused(dists: dict[str, Any], reason: str, tmp_path: Path) -> None:
    write_dists(tmp_path, **dists)

    with pytest.raises(ReleaseError, match=reason):
        check_dists(tmp_path, [US])


@SDIST_OR_WHEEL
def test_another_version_is_refused(kind: int, tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    other = write_dists(tmp_path, version="2.3.4.dev7")[kind]
    write_dists(tmp_path / "dist")
    other.rename(tmp_path / "dist" / other.name)

    reason = rf"{other.name} is version 2.3.4.dev7, but setup\.py says 2.3.4\. Find what else"
    with pytest.raises(ReleaseError, match=reason):
        check_dists(tmp_path / "dist", [US])


def test_another_name_of_the_sdist_is_refused(tmp_path: Path) -> None:
    """The build checks the version before it builds the wheel."""
    sdist, _ = write_dists(tmp_path, stem="a_project-2.3.4.dev7")

    with pytest.raises(ReleaseError, match=r"dev7.tar.gz is version 2.3.4, but setup\.py says"):
        check_sdist(sdist, US)


@pytest.mark.parametrize(
    "names",
    [
        [],
        [US.wheel],
        [US.wheel, US.sdist, "b.whl"],
        [US.wheel, f"{US.wheel}.publish.attestation"],
    ],
    ids=["nothing", "no sdist", "two wheels", "left-over attestation"],
)
def test_other_folders_are_refused(names: list[str], tmp_path: Path) -> None:
    for name in names:
        (tmp_path / name).touch()

    reason = rf"must hold {US.wheel}, {US.sdist} only \(found: {', '.join(names) or 'nothing'}"
    with pytest.raises(ReleaseError, match=reason):
        check_dists(tmp_path, [US])


@SDIST_OR_WHEEL
@pytest.mark.parametrize(
    "damage",
    [lambda content: content[:30], lambda _: b"", lambda content: content + b"hidden"],
    ids=["truncated", "empty", "bytes behind"],
)
def test_damaged_archive_is_refused(
    damage: Callable[[bytes], bytes], kind: int, tmp_path: Path
) -> None:
    path = write_dists(tmp_path)[kind]
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(
        ReleaseError, match=rf"{path.name} cannot be unpacked \(\w+: .*\)\. Build it"
    ):
        check_dists(tmp_path, [US])


def test_damaged_metadata_is_refused(tmp_path: Path) -> None:
    _, wheel = write_dists(tmp_path)
    name = f"{STEM}.dist-info/METADATA"
    with zipfile.ZipFile(wheel) as archive:
        start = archive.getinfo(name).header_offset + 30 + len(name)
    packed = bytearray(wheel.read_bytes())
    packed[start] = 0xFF
    wheel.write_bytes(packed)

    with pytest.raises(ReleaseError, match=rf"{wheel.name} cannot be unpacked \(error: .*\)\."):
        check_dists(tmp_path, [US])


def test_link_in_the_sdist_is_refused(tmp_path: Path) -> None:
    sdist, _ = write_dists(tmp_path)
    link = tarfile.TarInfo(f"{STEM}/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(sdist, "w:gz") as archive:
        archive.addfile(link)

    with pytest.raises(ReleaseError, match=rf"{sdist.name} has links: {STEM}/link\."):
        check_dists(tmp_path, [US])
