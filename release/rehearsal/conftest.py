"""The recorded run that the fault tests start from, and a new rehearsal for each test."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from release.rehearsal import record
from release.rehearsal.__main__ import cache_folder
from release.rehearsal.rehearsal import Rehearsal
from release.rehearsal.rehearsal import rehearsal as set_up

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--recorded",
        type=Path,
        help="the folder of `python -m release.rehearsal --keep`; without it, a run comes first",
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
    with set_up(cache_folder(), worker_number) as green:
        return record.save(green.push_tag(), green, tmp_path_factory.getbasetemp() / "recorded")


@pytest.fixture
def rehearsal(recorded: record.Record, worker_number: int) -> Iterator[Rehearsal]:
    with set_up(cache_folder(), worker_number, recorded) as rehearsal:
        yield rehearsal
