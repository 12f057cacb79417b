"""
The pytest plugin: the fixture `functions_app`, for tests of a function app.

It imports the host only when a test uses the fixture, so other tests do not wait for it.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, Optional, Sequence

import pytest

if TYPE_CHECKING:
    from .client import LoadedApp

_ABOUT = "folder of the app that the fixture functions_app loads: the folder with host.json"
_ADVICE = (
    "Add `functions_app = FOLDER` to pytest's ini file, pass --functions-app=FOLDER, or define the "
    "fixture functions_app_folder. FOLDER is the folder that contains host.json."
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("functions-host", "Azure Functions")
    group.addoption("--functions-app", metavar="FOLDER", help=_ABOUT)
    parser.addini("functions_app", f"{_ABOUT}, from the folder of this file")


@pytest.fixture
def functions_app_folder(pytestconfig: pytest.Config) -> Path:
    """The folder of the app. Override this fixture for tests of another app."""
    given = pytestconfig.getoption("functions_app")
    if given:
        return Path(pytestconfig.invocation_params.dir, given)
    stated = pytestconfig.getini("functions_app")
    if not stated:
        pytest.fail(f"functions_app has no folder. {_ADVICE}", pytrace=False)
    file = pytestconfig.inipath
    return Path(file.parent if file else pytestconfig.rootpath, stated)


@pytest.fixture
def functions_app_inputs() -> Optional[Path]:
    """
    The folder with the values of input bindings.

    Override this fixture for tests that need one.
    """
    return None


@pytest.fixture
def functions_app(
    functions_app_folder: Path,
    functions_app_inputs: Optional[Path],
    request: pytest.FixtureRequest,
) -> Iterator[LoadedApp]:
    """A function app, loaded as into a fresh worker for each test."""
    from .client import load_app
    from .errors import HostError

    keep_log_level(request)
    if not functions_app_folder.is_dir():
        why = f"functions_app: {functions_app_folder} is not a folder. {_ADVICE}"
        pytest.fail(why, pytrace=False)
    problems: Sequence[HostError] = ()
    with ExitStack() as stack:
        try:
            app = stack.enter_context(load_app(functions_app_folder, functions_app_inputs))
            problems = app.app.problems
        except HostError as error:
            problems = error.faults
        if problems:
            pytest.fail("\n".join(problem.describe() for problem in problems), pytrace=False)
        yield app


def keep_log_level(request: pytest.FixtureRequest) -> None:
    """Let caplog restore the current level, not the level that the app sets."""
    if request.config.pluginmanager.hasplugin("logging"):
        caplog: pytest.LogCaptureFixture = request.getfixturevalue("caplog")
        level = caplog.handler.level
        caplog.set_level(logging.getLogger().level)
        caplog.handler.setLevel(level)
