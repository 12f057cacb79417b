from __future__ import annotations

from pathlib import Path

import pytest

from release.steps import fetch
from release.steps.index import Found, Pin
from release.steps.step import ReleaseError

WHEEL = Pin("a_project-2.3.4-py3-none-any.whl", "0" * 64)
SDIST = Pin("a_project-2.3.4.tar.gz", "1" * 64)


class Clock:
    """A clock that only sleep moves."""

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


def answer(monkeypatch: pytest.MonkeyPatch, *found: Found) -> None:
    answers = iter(found)
    monkeypatch.setattr(fetch, "download", lambda *_: (next(answers), "pip's output\n"))


@pytest.fixture
def sums(tmp_path: Path) -> Path:
    """The checksums of the wheel."""
    sums = tmp_path / "SHA256SUMS"
    sums.write_text(f"{WHEEL.sha256}  {WHEEL.filename}\n", encoding="utf-8")
    return sums


@pytest.mark.parametrize("pin", [WHEEL, SDIST], ids=["wheel", "sdist"])
def test_requirement_names_version_and_hash(pin: Pin) -> None:
    assert pin.requirement == f"a_project==2.3.4 --hash=sha256:{pin.sha256}\n"


@pytest.mark.parametrize("missing", [Found.NOTHING, Found.SILENCE])
def test_pauses_grow_until_the_file_arrives(
    missing: Found, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, *[missing] * 7, Found.SAME)

    fetch.fetch_files("testpypi", [WHEEL], Path(), 1800)

    assert clock.pauses == [1, 2, 4, 8, 16, 30, 30]


def test_missing_file_fails_at_the_deadline(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(monkeypatch, *[Found.NOTHING] * 99)

    with pytest.raises(ReleaseError, match=r"did not serve .*whl within 60 s; .*When .* re-run"):
        fetch.fetch_files("testpypi", [WHEEL], Path(), 60)

    assert clock.now <= 60
    assert set(capsys.readouterr().err.splitlines()) == {"pip's output"}


def test_different_file_fails_at_once(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while another file is late."""
    answer(monkeypatch, Found.NOTHING, Found.OTHER)

    with pytest.raises(ReleaseError, match=r"a different file under .*\.tar\.gz .*raise the"):
        fetch.fetch_files("testpypi", [WHEEL, SDIST], Path(), 1800)

    assert clock.pauses == []


def test_slow_index_fails_at_the_deadline(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    def use_all_the_time(_: str, __: Pin, ___: Path, patience: float) -> tuple[Found, str]:
        given.append(patience)
        clock.now += patience
        return Found.SILENCE, "pip was stopped\n"

    monkeypatch.setattr(fetch, "download", use_all_the_time)

    with pytest.raises(ReleaseError, match=r"did not serve .*whl within 300 s"):
        fetch.fetch_files("testpypi", [WHEEL], Path(), 300)

    assert given == [120, 120, 300 - 2 * 120 - 1 - 2]
    assert clock.now == 300


def test_folder_with_a_file_is_refused(sums: Path) -> None:
    with pytest.raises(ReleaseError, match="is not empty"):
        fetch.main("testpypi", sums, sums.parent)


def test_deadline_must_be_a_number(sums: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEASE_DEADLINE", "30m")

    with pytest.raises(ReleaseError, match="RELEASE_DEADLINE is '30m'"):
        fetch.main("testpypi", sums, sums.parent / "fetched")


def test_fetched_files_are_compared_again(sums: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def save_other(_: str, pin: Pin, folder: Path, __: float) -> tuple[Found, str]:
        (folder / pin.filename).write_bytes(b"other")
        return Found.SAME, ""

    monkeypatch.setattr(fetch, "download", save_other)

    with pytest.raises(ReleaseError, match=r"differs from what was built: .*\.whl changed"):
        fetch.main("testpypi", sums, sums.parent / "fetched")
