"""The step `index` with the answers of a real index on loopback."""

import contextlib
import hashlib
import runpy
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from release.rehearsal.faults import Faults
from release.rehearsal.index_server import Index, serve
from release.steps import index
from release.steps.index import NoAnswerError, download
from release.steps.step import ReleaseError

NAME = "a_project-2.3.4-py3-none-any.whl"
CONTENT = b"a wheel"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
HEADERS = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Slow: "


@pytest.fixture
def testpypi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """TestPyPI with the file, as the only index."""
    testpypi = Index(tmp_path / "testpypi")
    testpypi.add_file(NAME, CONTENT)
    with serve(testpypi, 0) as address:
        monkeypatch.setattr(index, "INDEXES", {"testpypi": f"{address}/simple/"})
        yield testpypi


def test_file_is_asked_for_by_its_project(testpypi: Index) -> None:
    assert download("testpypi", NAME, DIGEST, 60) == CONTENT
    assert testpypi.requests == ["GET /simple/a-project/", f"GET /packages/{NAME}"]
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


@pytest.mark.parametrize("name", [NAME, "another-1.tar.gz"], ids=["file", "project"])
def test_missing_file_has_no_content(name: str, testpypi: Index) -> None:
    testpypi.faults.stale_views = 1

    assert download("testpypi", name, DIGEST, 60) is None


@pytest.mark.parametrize(
    ("faults", "error", "reason"),
    [
        (Faults(down=True), NoAnswerError, "/simple/a-project/: HTTP Error 503"),
        (Faults(busy_downloads=1), NoAnswerError, f"/packages/{NAME}: HTTP Error 503"),
        (
            Faults(corrupt=True),
            ReleaseError,
            rf"the name {NAME} \(ours: sha256 {DIGEST}\)\. An ind",
        ),
    ],
    ids=["down", "busy", "corrupt"],
)
def test_fault_of_the_index_is_reported(
    faults: Faults, error: type[Exception], reason: str, testpypi: Index
) -> None:
    testpypi.faults = faults

    with pytest.raises(error, match=reason):
        download("testpypi", NAME, DIGEST, 60)


@pytest.mark.usefixtures("testpypi")
def test_other_page_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_HEADERS", {"Accept": "text/html"})

    with pytest.raises(NoAnswerError, match="/a-project/ is not a JSON page of an index: JSONDec"):
        download("testpypi", NAME, DIGEST, 60)


@pytest.fixture(params=[HEADERS, HEADERS + b"yes\r\n\r\n<!DOCTYPE html>"], ids=["headers", "body"])
def slow_index(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an index that sends a byte now and then, from its headers or its page on."""
    over = threading.Event()

    def send() -> None:
        client = server.accept()[0]
        with client, contextlib.suppress(OSError):
            client.sendall(request.param)
            while not over.wait(0.05):
                client.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=send)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/simple/"
        over.set()
        thread.join()


def test_endless_answer_is_stopped(slow_index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "INDEXES", {"testpypi": slow_index})

    with pytest.raises(NoAnswerError, match="stopped after 1 s"):
        download("testpypi", NAME, DIGEST, 0.6)


@pytest.mark.parametrize(
    ("faults", "line"),
    [
        (Faults(), f"testpypi: the same file {NAME}\n"),
        (Faults(stale_views=1), f"testpypi: no file {NAME}\n"),
        (Faults(down=True), f"::warning::testpypi: no answer on {NAME} (http"),
    ],
    ids=["there", "missing", "down"],
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


@pytest.mark.usefixtures("testpypi")
def test_step_refuses_a_different_file(tmp_path: Path) -> None:
    (tmp_path / "SHA256SUMS").write_text(f"{'0' * 64}  {NAME}\n", encoding="utf-8")

    with pytest.raises(ReleaseError, match=f"testpypi has a different file under the name {NAME}"):
        index.main(tmp_path / "SHA256SUMS")


def test_pypi_is_testpypi_without_the_prefix() -> None:
    assert index.INDEXES["testpypi"] == "https://test.pypi.org/simple/"
    assert index.INDEXES["pypi"].partition("pypi") == ("https://", "pypi", ".org/simple/")


def test_rehearsal_gives_the_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESTPYPI_SIMPLE", "first")
    monkeypatch.setenv("PYPI_SIMPLE", "second")

    module = runpy.run_path(index.__file__)

    assert module["INDEXES"] == {"testpypi": "first", "pypi": "second"}
