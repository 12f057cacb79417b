"""The archives that `tox -e dist` has built."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--dist", type=Path, required=True, help="folder with the sdists and wheels")


@pytest.fixture(scope="session")
def dist(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.config.getoption("--dist")
    return folder


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    """The wheel of the package."""
    (archive,) = dist.glob("python_worker_extension_timer-*.whl")
    return archive
