"""The options that choose a host, and the fixture that runs an app on it."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any, Callable, Generator, Iterator, List

import pytest

# Add it after site-packages: the suite tests the installed package, not this checkout.
sys.path.append(str(Path(__file__).parents[1]))

from integration.catalog import APPS
from integration.hosts.protocol import RUNNING_PYTHON, Host, Options
from integration.hosts.table import HOSTS, find_host
from integration.running_app import RunningApp


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("functions host")
    group.addoption(
        "--functions-host",
        default="embedded",
        help=f"{', '.join(HOSTS)}; for a host that already serves --app: url=http://127.0.0.1:7071",
    )
    group.addoption("--app", help="the app, of samples or integration/apps, behind the URL")
    group.addoption(
        "--host-python",
        default=RUNNING_PYTHON,
        help="the Python version behind the URL or in the container; default: as in the tests",
    )
    stand_in = "use a stand-in for the official image: the embedded host in a container"
    group.addoption("--stand-in", action="store_true", help=stand_in)
    group.addoption("--image", help="the image for the container; default: the official one")
    group.addoption(
        "--wheel",
        default=os.environ.get("TOX_PACKAGE"),
        help="the wheel to install in the container; default: the one that tox built",
    )
    seconds = "how many seconds the host may take to serve the app; default: 60"
    group.addoption("--ready-within", type=float, default=60, help=seconds)


def pytest_configure(config: pytest.Config) -> None:
    if not re.fullmatch(r"3\.\d+", config.getoption("--host-python")):
        raise pytest.UsageError("--host-python takes a version such as 3.12.")
    find_host(config.getoption("--functions-host")).check_options(_options(config))


def pytest_report_header(config: pytest.Config) -> str:
    host = find_host(config.getoption("--functions-host"))
    return f"functions host: {host.describe(_options(config))}"


def _options(config: pytest.Config) -> Options:
    option = config.getoption
    return Options(
        address=option("--functions-host").partition("=")[2],
        app=option("--app"),
        python=option("--host-python"),
        image=option("--image"),
        stand_in=option("--stand-in"),
        wheel=option("--wheel"),
        ready_within=option("--ready-within"),
    )


def pytest_collection_modifyitems(config: pytest.Config, items: List[pytest.Item]) -> None:
    # Run the tests of one app one after another, so that it starts once.
    items.sort(key=lambda item: str(_find_app(item) or ""))
    if config.getoption("--functions-host") == "embedded":
        return
    # Other hosts skip the tests without an app: they ran with the embedded host already.
    app = config.getoption("--app")
    apps = [app] if app else list(APPS)
    others = [item for item in items if _find_app(item) not in apps]
    items[:] = [item for item in items if _find_app(item) in apps]
    config.hook.pytest_deselected(items=others)


def _find_app(item: pytest.Item) -> object:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("started_app") if callspec else None


@pytest.fixture(scope="session")
def make_host(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Path], Host]]:
    """The factory of the chosen host, which takes the folder of an app."""
    host = find_host(pytestconfig.getoption("--functions-host"))
    with host.open(_options(pytestconfig), tmp_path_factory.mktemp) as make_host:
        yield make_host


@pytest.fixture(scope="session")
def started_app(
    request: pytest.FixtureRequest, make_host: Callable[[Path], Host]
) -> Iterator[RunningApp]:
    """The app of `@on_app`, started once for all tests that use it."""
    host = make_host(APPS[request.param])
    try:
        yield RunningApp(host, host.start())
    finally:
        host.stop()


@pytest.fixture
def app(started_app: RunningApp) -> RunningApp:
    """The app of `@on_app`, with an empty log."""
    started_app.clear_log()
    return started_app


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Show the output of the host below a test that fails."""
    report = (yield).get_result()
    app = getattr(item, "funcargs", {}).get("app")
    if report.failed and isinstance(app, RunningApp):
        report.sections.append(("output of the host", app.output()))
