"""The archives that `tox -e dist` has built."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--dist", type=Path, required=True, help="folder with one sdist and one wheel")


@pytest.fixture(scope="session")
def sdist(request: pytest.FixtureRequest) -> Path:
    return _only(request.config.getoption("--dist"), "*.tar.gz")


@pytest.fixture(scope="session")
def wheel(request: pytest.FixtureRequest) -> Path:
    return _only(request.config.getoption("--dist"), "*.whl")


def _only(folder: Path, pattern: str) -> Path:
    (archive,) = folder.glob(pattern)
    return archive
