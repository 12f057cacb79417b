from __future__ import annotations

from pathlib import Path

import pytest

from release.steps import fetch
from release.steps.failure import ReleaseError
from release.steps.index import Found, Pin

WHEEL = Pin("python_worker_extension_timer-1.0.0-py3-none-any.whl", "0" * 64)
SDIST = Pin("python_worker_extension_timer-1.0.0.tar.gz", "1" * 64)


class Clock:
    """Time that passes in sleep only."""

    def __init__(self) -> None:
        self.now = 0.0
        self.naps: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(fetch, "time", clock)
    return clock


def answer(monkeypatch: pytest.MonkeyPatch, *found: Found) -> None:
    answers = iter(found)
    monkeypatch.setattr(fetch, "ask", lambda *_: (next(answers), "what pip said\n"))


@pytest.mark.parametrize("pin", [WHEEL, SDIST], ids=["wheel", "sdist"])
def test_requirement_names_version_and_hash(pin: Pin) -> None:
    assert pin.requirement == (f"python_worker_extension_timer==1.0.0 --hash=sha256:{pin.sha256}\n")


def test_file_that_is_late_is_waited_for_with_growing_pauses(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, *[Found.NOTHING] * 7, Found.SAME)

    fetch.back("testpypi", [WHEEL], Path(), 1800)

    assert clock.naps == [1, 2, 4, 8, 16, 30, 30]


def test_file_that_stays_away_ends_at_the_deadline(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(monkeypatch, *[Found.NOTHING] * 99)

    with pytest.raises(ReleaseError, match=r"did not give .*whl within 60 s; .*When .* re-run"):
        fetch.back("testpypi", [WHEEL], Path(), 60)

    assert clock.now <= 60
    assert set(capsys.readouterr().err.splitlines()) == {"what pip said"}


def test_other_bytes_end_it_at_once(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, Found.OTHER)

    with pytest.raises(ReleaseError, match=r"other bytes than ours under .*\.tar\.gz .*raise the"):
        fetch.back("testpypi", [SDIST], Path(), 1800)

    assert clock.naps == []


def test_other_bytes_end_it_while_another_file_is_late(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {WHEEL: Found.NOTHING, SDIST: Found.OTHER}
    monkeypatch.setattr(fetch, "ask", lambda _, pin, *__: (found[pin], "what pip said\n"))

    with pytest.raises(ReleaseError, match=r"other bytes than ours under .*\.tar\.gz"):
        fetch.back("testpypi", [WHEEL, SDIST], Path(), 1800)

    assert clock.naps == []


@pytest.mark.parametrize(
    ("deadline", "reason"), [("1", "is not empty"), ("30m", "RELEASE_DEADLINE is '30m'")]
)
def test_file_that_lies_there_is_not_taken_for_fetched(
    deadline: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, sums = tmp_path / "fetched", tmp_path / "SHA256SUMS"
    folder.mkdir()
    sums.write_text(f"{WHEEL.sha256}  {WHEEL.filename}\n", encoding="utf-8")
    if deadline == "1":
        (folder / WHEEL.filename).touch()
    monkeypatch.setenv("RELEASE_DEADLINE", deadline)
    monkeypatch.setattr("sys.argv", ["fetch", "testpypi", str(sums), str(folder)])

    with pytest.raises(ReleaseError, match=reason):
        fetch.main()


def test_what_pip_took_for_ours_is_compared_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take(_: str, pin: Pin, folder: Path, __: float) -> tuple[Found, str]:
        (folder / pin.filename).write_bytes(b"other")
        return Found.SAME, ""

    monkeypatch.setattr(fetch, "ask", take)
    sums = tmp_path / "SHA256SUMS"
    sums.write_text(f"{WHEEL.sha256}  {WHEEL.filename}\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["fetch", "testpypi", str(sums), str(tmp_path / "fetched")])

    with pytest.raises(ReleaseError, match=r"is not what was built: .*\.whl changed"):
        fetch.main()


def test_slow_index_ends_it_at_the_deadline_too(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[float] = []

    def take_all_the_time(_: str, __: Pin, ___: Path, patience: float) -> tuple[Found, str]:
        given.append(patience)
        clock.now += patience
        return Found.NOTHING, "pip was ended\n"

    monkeypatch.setattr(fetch, "ask", take_all_the_time)

    with pytest.raises(ReleaseError, match=r"did not give .*whl within 300 s"):
        fetch.back("testpypi", [WHEEL], Path(), 300)

    assert given == [120, 120, 300 - 2 * 120 - 1 - 2]
    assert clock.now == 300
