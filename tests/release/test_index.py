"""The answers of a real index on loopback, asked with the real pip, and what `state` does."""

from __future__ import annotations

import hashlib
import io
import time
import zipfile
from typing import TYPE_CHECKING

import pytest

from release.rehearsal.faults import Faults
from release.rehearsal.index_server import Index, serve
from release.steps import index
from release.steps.index import Found, Pin, download
from release.steps.step import ReleaseError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PORT = 18580
NAME = "a_project-2.3.4-py3-none-any.whl"
INFO = "a_project-2.3.4.dist-info"


def build_smallest_wheel() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        metadata = "Metadata-Version: 2.1\nName: a-project\nVersion: 2.3.4\n"
        archive.writestr(f"{INFO}/METADATA", metadata)
        archive.writestr(f"{INFO}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{INFO}/RECORD", "")
    return packed.getvalue()


CONTENT = build_smallest_wheel()
PIN = Pin(NAME, hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Index, str]]:
    folder = tmp_path_factory.mktemp("index") / "files"
    server = Index(folder)
    with serve(server, PORT) as address:
        yield server, f"{address}/simple/"


@pytest.fixture
def testpypi(server: tuple[Index, str], monkeypatch: pytest.MonkeyPatch) -> Index:
    """TestPyPI with an older version of the project; there is no other index."""
    testpypi, simple = server
    monkeypatch.setattr(index, "INDEXES", {"testpypi": simple})
    testpypi.faults = Faults()
    for file in testpypi.folder.iterdir():
        file.unlink()
    testpypi.add_file("a_project-0.9.0-py3-none-any.whl", b"older")
    testpypi.requests.clear()
    return testpypi


@pytest.mark.parametrize(
    ("faults", "found"),
    [
        (Faults(), Found.SAME),
        (Faults(busy_downloads=1), Found.SILENCE),
        (Faults(down=True), Found.SILENCE),
        (Faults(stale_views=1), Found.NOTHING),
        (Faults(corrupt=True), Found.OTHER),
    ],
)
def test_answer_depends_on_the_index(
    faults: Faults, found: Found, testpypi: Index, tmp_path: Path
) -> None:
    testpypi.add_file(NAME, CONTENT)
    testpypi.faults = faults

    assert download("testpypi", PIN, tmp_path, 60)[0] is found
    assert [file.name for file in tmp_path.iterdir()] == [NAME] * (found is Found.SAME)


@pytest.mark.parametrize("name", ["PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_INDEX_URL"])
def test_pip_settings_are_not_a_source(
    name: str, testpypi: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "elsewhere" / "a-project" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text(f'<!DOCTYPE html><a href="../{NAME}">{NAME}</a>', encoding="utf-8")
    (page.parent.parent / NAME).write_bytes(CONTENT)
    monkeypatch.setenv(name, page.parent.parent.as_uri())

    found, output = download("testpypi", PIN, tmp_path / "fetched", 60)

    assert found is Found.NOTHING
    assert f"Looking in indexes: {index.INDEXES['testpypi']}\n" in output
    assert set(testpypi.requests) == {"GET /simple/a-project/"}


def test_other_failures_of_pip_are_errors(testpypi: Index, tmp_path: Path) -> None:
    broken = Pin("a_project-2.3.4.tar.gz", PIN.sha256)
    testpypi.add_file(broken.filename, CONTENT)

    with pytest.raises(ReleaseError, match=r"pip could not fetch a_project-2"):
        download("testpypi", broken, tmp_path, 60)


def test_endless_answer_stops_pip(
    slow_index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(index.INDEXES, "testpypi", slow_index)
    folder, temporary = tmp_path / "fetched", tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    started = time.monotonic()

    found, output = download("testpypi", PIN, folder, 1.2)

    assert 1 < time.monotonic() - started < 3
    assert found is Found.SILENCE
    assert output.endswith(f"testpypi is slow: stopped pip after 1 s without {NAME}\n")
    assert list(folder.glob("*")) == list(temporary.iterdir()) == []
