"""The recorded run with which the fault tests start, and a new rehearsal for each test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from release.rehearsal import record
from release.rehearsal.rehearsal import Rehearsal
from release.rehearsal.rehearsal import rehearsal as set_up


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--recorded",
        type=Path,
        help="the folder of `python -m release.rehearsal --keep`; by default, a run makes one",
    )


@pytest.fixture(scope="session")
def worker_number() -> int:
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])


@pytest.fixture(scope="session")
def recorded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_number: int
) -> record.Record:
    if folder := request.config.getoption("--recorded"):
        return record.load(folder)
    with set_up(worker_number) as green:
        folder = tmp_path_factory.getbasetemp() / "recorded"
        return record.save(green.push_tag(), folder, green.testpypi, green.pypi)


@pytest.fixture
def rehearsal(recorded: record.Record, worker_number: int) -> Iterator[Rehearsal]:
    with set_up(worker_number, recorded) as rehearsal:
        yield rehearsal
