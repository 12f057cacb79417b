import io
import tarfile
import zipfile
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
STEM = "a_project-2.3.4"
OURS = {"a_package/__init__.py", "a_package/py.typed"}
SDIST = {*OURS, *SDIST_EXTRAS, "setup.py", "a_project.egg-info/SOURCES.txt"}
WHEEL = OURS | {f"{STEM}.dist-info/{name}" for name in WHEEL_METADATA}


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


def refuse(folder: Path, reason: str, **dists: Any) -> None:
    """Check that the distributions are refused."""
    write_dists(folder, **dists)

    with pytest.raises(ReleaseError, match=reason):
        check_dists(folder, [US])


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with our files at the top and in host/, and one that is not committed."""
    root = tmp_path_factory.mktemp("repository")
    for name in [*OURS, *(f"host/{name}" for name in OURS)]:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    setup = "setup(name='a-project', version='2.3.4', packages=['a_package'])\n"
    (root / "setup.py").write_text(setup, encoding="utf-8")
    identity = ["-c", "user.name=x", "-c", "user.email=x@localhost"]
    git("init", "--quiet", cwd=root)
    git("add", "--all", cwd=root)
    git(*identity, "commit", "--quiet", "--message=First", cwd=root)
    (root / "a_package" / "new.py").touch()
    git("add", "--all", cwd=root)
    return root


@pytest.fixture(autouse=True)
def checkout(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)


def test_complete_distributions_are_accepted(tmp_path: Path) -> None:
    sdist, _ = write_dists(tmp_path)

    contents.main(tmp_path)

    sdist.unlink()
    with pytest.raises(ReleaseError, match="must hold"):
        contents.main(tmp_path)


def test_project_in_a_folder_has_its_own_files(tmp_path: Path) -> None:
    """This project has a command, and no setup.py."""
    host = replace(US, folder="host", has_scripts=True)
    scripts = f"{STEM}.dist-info/entry_points.txt"
    write_dists(tmp_path, sdist=SDIST - {"setup.py"}, wheel=WHEEL | {scripts})

    check_dists(tmp_path, [host])

    with pytest.raises(ReleaseError, match=r"lacks setup\.py"):
        check_dists(tmp_path, [US])


@pytest.mark.parametrize("name", ["readme.md", "LICENSE", "PKG-INFO", "a_package/py.typed"])
def test_incomplete_sdist_is_refused(name: str, tmp_path: Path) -> None:
    refuse(tmp_path, rf"tar\.gz lacks {name}\. Name it in MANIFEST", sdist=SDIST - {name})


@pytest.mark.parametrize("name", ["a_package/py.typed", f"{STEM}.dist-info/METADATA"])
def test_incomplete_wheel_is_refused(name: str, tmp_path: Path) -> None:
    refuse(tmp_path, f"whl lacks {name}", wheel=WHEEL - {name})


def test_unexpected_file_is_refused(tmp_path: Path) -> None:
    refuse(tmp_path, r"tar\.gz has unexpected files: b/x\.py", sdist=SDIST | {"b/x.py"})
    refuse(tmp_path, r"whl has unexpected files: b/x\.py", wheel=WHEEL | {"b/x.py"})


@pytest.mark.parametrize("dist", [0, 1], ids=["sdist", "wheel"])
def test_another_version_is_refused(dist: int, tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    other = write_dists(tmp_path, version="2.3.4.dev7")[dist]
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


@pytest.mark.parametrize("broken", [0, 1], ids=["sdist", "wheel"])
@pytest.mark.parametrize("length", [30, 0])
def test_truncated_archive_is_refused(broken: int, length: int, tmp_path: Path) -> None:
    path = write_dists(tmp_path)[broken]
    path.write_bytes(path.read_bytes()[:length])

    with pytest.raises(ReleaseError, match=rf"{path.name} cannot be unpacked \(\w+: .*\)\. Build"):
        check_dists(tmp_path, [US])


@pytest.mark.parametrize("dist", [0, 1], ids=["sdist", "wheel"])
def test_bytes_behind_an_archive_are_refused(dist: int, tmp_path: Path) -> None:
    path = write_dists(tmp_path)[dist]
    path.write_bytes(path.read_bytes() + b"hidden")

    with pytest.raises(ReleaseError, match=rf"{path.name} cannot be unpacked"):
        check_dists(tmp_path, [US])


def test_link_in_the_sdist_is_refused(tmp_path: Path) -> None:
    sdist, _ = write_dists(tmp_path)
    link = tarfile.TarInfo(f"{STEM}/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(sdist, "w:gz") as archive:
        archive.addfile(link)

    with pytest.raises(ReleaseError, match=rf"{sdist.name} has links: {STEM}/link\."):
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
