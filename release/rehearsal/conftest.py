"""The recorded run that the faults start from, and one fresh rehearsal for each of them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from release.rehearsal import record
from release.rehearsal.__main__ import cache_folder
from release.rehearsal.rehearsal import Rehearsal, rehearsal

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--recorded",
        type=Path,
        help="the folder of `python -m release.rehearsal --keep`; without it, it is run first",
    )


@pytest.fixture(scope="session")
def lane() -> int:
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])


@pytest.fixture(scope="session")
def recorded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, lane: int
) -> record.Record:
    if folder := request.config.getoption("--recorded"):
        return record.load(folder)
    with rehearsal(cache_folder(), lane) as stage:
        run = stage.push_tag()
        assert set(run.results.values()) == {"success"}, run.last_words()
        return record.save(run, stage, tmp_path_factory.mktemp("recorded"))


@pytest.fixture
def stage(
    recorded: record.Record, lane: int, request: pytest.FixtureRequest
) -> Iterator[Rehearsal]:
    with rehearsal(cache_folder(), lane, recorded) as stage:
        yield stage
        log = stage.folder / "runner" / "act.log"
        if log.exists() and (keep := os.environ.get("REHEARSAL_LOGS")):
            Path(keep).mkdir(exist_ok=True)
            shutil.copyfile(log, Path(keep, f"{request.node.name}.log"))
