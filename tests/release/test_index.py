"""What `index.ask` makes of a real index, served on loopback and asked with the real pip."""

from __future__ import annotations

import hashlib
import io
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from release.rehearsal.index_server import PROJECT, Index
from release.rehearsal.loopback import serve
from release.rehearsal.publisher import Door, Publisher
from release.steps import index
from release.steps.failure import ReleaseError
from release.steps.index import Found, Pin, ask, read_pins

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PORT = 18580
NAME = "python_worker_extension_timer-1.0.0-py3-none-any.whl"
INFO = "python_worker_extension_timer-1.0.0.dist-info"


def smallest_wheel() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            f"{INFO}/METADATA", f"Metadata-Version: 2.1\nName: {PROJECT}\nVersion: 1.0.0\n"
        )
        archive.writestr(f"{INFO}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{INFO}/RECORD", "")
    return packed.getvalue()


CONTENT = smallest_wheel()
PIN = Pin(NAME, hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Index, str]]:
    folder = tmp_path_factory.mktemp("index")
    server = Index(folder / "files", Door("testpypi", Publisher("", "", "")), [], {})
    with serve(server, PORT) as address:
        yield server, f"{address}/simple/"


@pytest.fixture
def testpypi(served: tuple[Index, str], monkeypatch: pytest.MonkeyPatch) -> Index:
    server, simple = served
    monkeypatch.setitem(index.INDEXES, "testpypi", simple)
    server.faults.__init__()  # type: ignore[misc]
    for file in server.folder.iterdir():
        file.unlink()
    server.hold("python_worker_extension_timer-0.9.0-py3-none-any.whl", b"older")
    server.requests.clear()
    return server


@pytest.mark.parametrize("fault", [{}, {"busy_downloads": 1}, {"down": True}])
def test_file_that_cannot_be_had_yet_is_no_failure(
    fault: dict[str, Any], testpypi: Index, tmp_path: Path
) -> None:
    if fault:
        testpypi.hold(NAME, CONTENT)
    for name, value in fault.items():
        setattr(testpypi.faults, name, value)

    assert ask("testpypi", PIN, tmp_path, 60)[0] is Found.NOTHING
    assert list(tmp_path.iterdir()) == []
    assert testpypi.requests


def test_other_bytes_are_told_from_a_missing_file(testpypi: Index, tmp_path: Path) -> None:
    testpypi.hold(NAME, CONTENT + b"other")

    assert ask("testpypi", PIN, tmp_path, 60)[0] is Found.OTHER
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_INDEX_URL"])
def test_callers_settings_of_pip_are_no_second_source(
    name: str, testpypi: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    page = elsewhere / "python-worker-extension-timer" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text(f'<!DOCTYPE html><a href="../{NAME}">{NAME}</a>', encoding="utf-8")
    (elsewhere / NAME).write_bytes(CONTENT)
    monkeypatch.setenv(name, elsewhere.as_uri())

    found, words = ask("testpypi", PIN, tmp_path / "fetched", 60)

    assert found is Found.NOTHING
    assert f"Looking in indexes: {index.INDEXES['testpypi']}\n" in words
    assert set(testpypi.requests) == {"GET /simple/python-worker-extension-timer/"}


def test_what_pip_fails_at_for_another_reason_ends_it(testpypi: Index, tmp_path: Path) -> None:
    broken = Pin("python_worker_extension_timer-1.0.0.tar.gz", PIN.sha256)
    testpypi.hold(broken.filename, CONTENT)

    with pytest.raises(ReleaseError, match=r"pip could not fetch python_worker_extension_timer-1"):
        ask("testpypi", broken, tmp_path, 60)


def test_index_that_never_comes_to_an_end_is_given_up(
    slow_index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(index.INDEXES, "testpypi", slow_index)
    folder, temporary = tmp_path / "fetched", tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    started = time.monotonic()

    found, words = ask("testpypi", PIN, folder, 1.2)

    assert 1 < time.monotonic() - started < 3
    assert found is Found.NOTHING
    assert words.endswith(f"testpypi is slow: pip had not got {NAME} after 1 s and was ended\n")
    assert list(folder.glob("*")) == []
    assert list(temporary.iterdir()) == []


def test_distributions_are_told_from_other_files(tmp_path: Path) -> None:
    sums = tmp_path / "SHA256SUMS"
    names = [NAME, "python_worker_extension_timer-1.0.0.tar.gz"]
    sums.write_text("".join(f"{PIN.sha256}  {name}\n" for name in names))
    assert [pin.filename for pin in read_pins(sums)] == names

    strangers = ["README", "a.whl", "a.tar.gz", "a-1.0.0.zip", "a-1.0.0.whl", "a-1.0.0.tar.gz.asc"]
    for stranger in strangers:
        sums.write_text(f"{PIN.sha256}  {stranger}\n")
        with pytest.raises(ReleaseError, match=f"names {stranger}, which is no wheel and no sdist"):
            read_pins(sums)
