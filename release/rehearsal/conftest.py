"""The recorded run with which the fault tests start, and a new rehearsal for each test."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from release.rehearsal import record
from release.rehearsal.rehearsal import Rehearsal
from release.rehearsal.rehearsal import rehearsal as set_up


def pytest_addoption(parser: pytest.Parser) -> None:
    folder = "the folder of `python -m release.rehearsal`"
    parser.addoption("--recorded", type=Path, required=True, help=folder)


@pytest.fixture(scope="session")
def recorded(request: pytest.FixtureRequest) -> record.Record:
    return record.load(request.config.getoption("--recorded"))


@pytest.fixture
def rehearsal(recorded: record.Record, tmp_path: Path) -> Iterator[Rehearsal]:
    worker_number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    with set_up(tmp_path, worker_number, recorded) as rehearsal:
        yield rehearsal
    shutil.rmtree(tmp_path, ignore_errors=True)
