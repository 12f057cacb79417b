"""The step `index` with the answers of a real index on loopback."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from release.rehearsal.faults import Faults
from release.rehearsal.index_server import Index, serve
from release.steps import index
from release.steps.index import NoAnswerError, download
from release.steps.step import ReleaseError

PORT = 18580
NAME = "a_project-2.3.4-py3-none-any.whl"
CONTENT = b"a wheel"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Index, str]]:
    server = Index(tmp_path_factory.mktemp("index") / "files")
    with serve(server, PORT) as address:
        yield server, f"{address}/simple/"


@pytest.fixture
def testpypi(server: tuple[Index, str], monkeypatch: pytest.MonkeyPatch) -> Index:
    """TestPyPI with the file, as the only index."""
    testpypi, simple = server
    monkeypatch.setattr(index, "INDEXES", {"testpypi": simple})
    testpypi.faults = Faults()
    testpypi.add_file(NAME, CONTENT)
    testpypi.requests.clear()
    return testpypi


def test_file_is_asked_for_by_its_project(testpypi: Index) -> None:
    assert download("testpypi", NAME, DIGEST, 60) == CONTENT
    assert testpypi.requests == ["GET /simple/a-project/", f"GET /packages/{NAME}"]


@pytest.mark.parametrize(
    ("faults", "answer"),
    [
        (Faults(stale_views=1), "no file"),
        (Faults(down=True), "no answer"),
        (Faults(busy_downloads=1), "no answer"),
        (Faults(corrupt=True), "a different file"),
    ],
)
def test_answer_depends_on_the_index(faults: Faults, answer: str, testpypi: Index) -> None:
    testpypi.faults = faults

    if answer == "no file":
        assert download("testpypi", NAME, DIGEST, 60) is None
    else:
        error = NoAnswerError if answer == "no answer" else ReleaseError
        reason = "/packages/|/simple/" if answer == "no answer" else f"{answer} under the name"
        with pytest.raises(error, match=reason):
            download("testpypi", NAME, DIGEST, 60)


def test_unknown_project_has_no_file(testpypi: Index) -> None:
    assert download("testpypi", "another-1.tar.gz", DIGEST, 60) is None


def test_other_page_is_no_answer(testpypi: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = index.INDEXES["testpypi"].replace("/simple/", "/packages/a-project")
    testpypi.add_file("a-projecta-project", b"<!DOCTYPE html>")
    monkeypatch.setitem(index.INDEXES, "testpypi", packages)

    with pytest.raises(NoAnswerError, match="is not a JSON page of an index"):
        download("testpypi", NAME, DIGEST, 60)


def test_endless_answer_is_stopped(slow_index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "INDEXES", {"testpypi": slow_index})
    started = time.monotonic()

    with pytest.raises(NoAnswerError, match="stopped after 1 s"):
        download("testpypi", NAME, DIGEST, 1.2)

    assert 1 < time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("faults", "line"),
    [
        (Faults(), f"testpypi: the same file {NAME}\n"),
        (Faults(stale_views=1), f"testpypi: no file {NAME}\n"),
        (Faults(down=True), f"::warning::testpypi: no answer on {NAME} (http"),
    ],
)
def test_step_prints_what_the_index_has(
    faults: Faults,
    line: str,
    testpypi: Index,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "SHA256SUMS").write_text(f"{DIGEST}  {NAME}\n", encoding="utf-8")
    testpypi.faults = faults

    index.main(tmp_path / "SHA256SUMS")

    assert capsys.readouterr().out.startswith(line)


def test_step_refuses_a_different_file(testpypi: Index, tmp_path: Path) -> None:
    (tmp_path / "SHA256SUMS").write_text(f"{'0' * 64}  {NAME}\n", encoding="utf-8")

    with pytest.raises(ReleaseError, match=f"testpypi has a different file under the name {NAME}"):
        index.main(tmp_path / "SHA256SUMS")


def test_pypi_is_testpypi_without_the_prefix() -> None:
    assert index.INDEXES["pypi"] != index.INDEXES["testpypi"]
    assert index.INDEXES["pypi"].replace("//", "//test.", 1) == index.INDEXES["testpypi"]
