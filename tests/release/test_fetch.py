from pathlib import Path

import pytest

from release.steps import fetch
from release.steps.index import NoAnswerError
from release.steps.step import ReleaseError

WHEEL = "a_project-2.3.4-py3-none-any.whl"
SUMS = {WHEEL: "0" * 64}


class Clock:
    """A clock that only moves when the step sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(fetch, "time", clock)
    return clock


def answer(monkeypatch: pytest.MonkeyPatch, *found: bytes | Exception | None) -> None:
    answers = iter(found)

    def download(*_: object) -> bytes | None:
        given = next(answers)
        if isinstance(given, Exception):
            raise given
        return given

    monkeypatch.setattr(fetch, "download", download)


@pytest.mark.parametrize("missing", [None, NoAnswerError("busy")])
def test_pauses_grow_until_the_file_arrives(
    missing: Exception | None,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer(monkeypatch, *[missing] * 7, b"content")

    fetch.fetch_files("testpypi", SUMS, tmp_path, 1800)

    assert clock.pauses == [1, 2, 4, 8, 16, 30, 30]
    assert (tmp_path / WHEEL).read_bytes() == b"content"
    assert capsys.readouterr().out == f"testpypi has {WHEEL}, sha256 {SUMS[WHEEL]}\n"


@pytest.mark.parametrize(
    ("missing", "log"),
    [(None, f"testpypi does not have {WHEEL} yet"), (NoAnswerError("busy"), "no answer: busy")],
)
def test_missing_file_fails_at_the_deadline(
    missing: Exception | None,
    log: str,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer(monkeypatch, *[missing] * 99)

    with pytest.raises(ReleaseError, match=r"did not serve .*whl within 60 s\. When .* re-run"):
        fetch.fetch_files("testpypi", SUMS, Path(), 60)

    assert 30 < clock.now <= 60
    assert set(capsys.readouterr().err.splitlines()) == {log}


def test_different_file_fails_at_once(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A different file fails at once, even while another file is late."""
    answer(monkeypatch, None, ReleaseError("a different file"))

    with pytest.raises(ReleaseError, match="a different file"):
        fetch.fetch_files("testpypi", {**SUMS, "a_project-2.3.4.tar.gz": ""}, Path(), 1800)

    assert clock.pauses == []


def test_slow_index_fails_at_the_deadline(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    def use_all_the_time(_: str, __: str, ___: str, patience: float) -> None:
        given.append(patience)
        clock.now += patience
        raise NoAnswerError

    monkeypatch.setattr(fetch, "download", use_all_the_time)

    with pytest.raises(ReleaseError, match=r"did not serve .*whl within 300 s"):
        fetch.fetch_files("testpypi", SUMS, Path(), 300)

    assert given == [120, 120, 300 - 2 * 120 - 1 - 2]
    assert clock.now == 300


@pytest.fixture
def sums(tmp_path: Path) -> Path:
    """The checksums of the wheel."""
    sums = tmp_path / "SHA256SUMS"
    sums.write_text(f"{SUMS[WHEEL]}  {WHEEL}\n", encoding="utf-8")
    return sums


def test_deadline_must_be_a_number(sums: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEASE_DEADLINE", "30m")

    with pytest.raises(ReleaseError, match=r"RELEASE_DEADLINE is '30m'\. Set it to a number"):
        fetch.main("testpypi", sums, sums.parent / "fetched")


def test_files_in_the_folder_are_compared_again(
    sums: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, b"other")
    fetched = sums.parent / "fetched"
    fetched.mkdir()
    (fetched / "b").touch()

    with pytest.raises(ReleaseError, match=r"differs from what was built: .*\.whl, b changed"):
        fetch.main("testpypi", sums, fetched)
