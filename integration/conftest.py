"""Which host the suite runs on, and the fixture that serves an app there."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Iterator, List

import pytest

# Behind site-packages: the suite tests the package that is installed, not this checkout.
sys.path.append(str(Path(__file__).parents[1]))

from integration.hosts import APPS, EmbeddedHost, Host, UrlHost, Version
from integration.served import ServedApp


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("functions host")
    group.addoption(
        "--functions-host",
        default="embedded",
        help="embedded, or url=http://127.0.0.1:7071 for a host that serves --app already",
    )
    group.addoption("--app", help="the folder below integration/apps that the url serves")
    group.addoption(
        "--host-python",
        default="{}.{}".format(*sys.version_info),
        help="the Python version behind the url; by default that of these tests",
    )


def pytest_configure(config: pytest.Config) -> None:
    choice, app = config.getoption("--functions-host"), config.getoption("--app")
    if choice != "embedded" and not re.match(r"url=https?://.", choice):
        raise pytest.UsageError(
            f"--functions-host={choice} is no host. Use embedded or url=http://127.0.0.1:7071."
        )
    if choice != "embedded" and not (app and (APPS / app).is_dir()):
        names = ", ".join(sorted(path.name for path in APPS.iterdir()))
        raise pytest.UsageError(f"--functions-host={choice} needs --app, one of: {names}.")
    if choice == "embedded" and app:
        raise pytest.UsageError("--app goes with --functions-host=url=… only.")
    if not re.fullmatch(r"3\.\d+", config.getoption("--host-python")):
        raise pytest.UsageError("--host-python takes a version such as 3.12.")


def pytest_collection_modifyitems(config: pytest.Config, items: List[pytest.Item]) -> None:
    served = config.getoption("--app")
    if served is None:
        return
    others = [item for item in items if _app_of(item) != served]
    items[:] = [item for item in items if _app_of(item) == served]
    config.hook.pytest_deselected(items=others)


def _app_of(item: pytest.Item) -> object:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("running") if callspec else None


@pytest.fixture(scope="session")
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServedApp]:
    """
    The app that a test asks for with `@on_app`, started once for all tests that do.
    """
    host = _host(request.config, request.param, tmp_path_factory)
    address = host.start()
    yield ServedApp(host, address)
    host.stop()


@pytest.fixture
def served(running: ServedApp) -> ServedApp:
    """
    The app, with an empty log.
    """
    running.forget_log()
    return running


def _host(config: pytest.Config, app: str, folders: pytest.TempPathFactory) -> Host:
    choice = config.getoption("--functions-host")
    if choice.startswith("url="):
        return UrlHost(choice[len("url=") :], _version(config.getoption("--host-python")))
    return EmbeddedHost(app, folders.mktemp(app))


def _version(text: str) -> Version:
    major, minor = text.split(".")
    return int(major), int(minor)
