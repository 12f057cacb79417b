"""Which host the suite runs on, and the fixture that serves an app there."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any, Callable, Dict, Generator, Iterator, List

import pytest

# Behind site-packages: the suite tests the package that is installed, not this checkout.
sys.path.append(str(Path(__file__).parents[1]))

from integration.hosts.core_tools import CoreToolsHost
from integration.hosts.embedded import APPS, EmbeddedHost, Host, UrlHost, Version, environment
from integration.matrix import PYTHONS, official_image
from integration.served import ServedApp


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("functions host")
    group.addoption(
        "--functions-host",
        default="embedded",
        help="embedded, core-tools, container, or url=http://127.0.0.1:7071 for a host that serves "
        "--app already",
    )
    group.addoption("--app", help="the app, of samples or integration/apps, that the url serves")
    group.addoption(
        "--host-python",
        default="{}.{}".format(*sys.version_info),
        help="the Python version behind the url or in the container; by default that of the tests",
    )
    group.addoption(
        "--stand-in",
        action="store_true",
        help="put the container on a stand-in of the official image: the embedded host",
    )
    group.addoption(
        "--image", help="the image to put the container on; the official one by default"
    )
    group.addoption(
        "--wheel",
        default=os.environ.get("TOX_PACKAGE"),
        help="the wheel to install in the container; by default the one that tox has built",
    )
    group.addoption(
        "--ready-within",
        type=float,
        default=60,
        metavar="SECONDS",
        help="how long the container or func start may take until it serves",
    )


def pytest_report_header(config: pytest.Config) -> str:
    choice = config.getoption("--functions-host")
    return f"functions host: {choice}{' on ' + _image(config) if choice == 'container' else ''}"


def _image(config: pytest.Config) -> str:
    official = official_image(config.getoption("--host-python"))
    if config.getoption("--stand-in"):
        return f"a STAND-IN for {official}: the embedded host behind its contract"
    return str(config.getoption("--image") or official)


def pytest_configure(config: pytest.Config) -> None:
    choice, app = config.getoption("--functions-host"), config.getoption("--app")
    is_url = re.match(r"url=https?://.", choice)
    if not is_url and choice not in ("embedded", "core-tools", "container"):
        raise pytest.UsageError(
            f"--functions-host={choice} is no host. Use embedded, core-tools, container or "
            f"url=http://127.0.0.1:7071."
        )
    if is_url and app not in APPS:
        names = ", ".join(sorted(APPS))
        raise pytest.UsageError(f"--functions-host={choice} needs --app, one of: {names}.")
    if app and not is_url:
        raise pytest.UsageError("--app goes with --functions-host=url=… only.")
    if not re.fullmatch(r"3\.\d+", config.getoption("--host-python")):
        raise pytest.UsageError("--host-python takes a version such as 3.12.")
    if choice == "container":
        _check_container(config)


def _check_container(config: pytest.Config) -> None:
    python, wheel = config.getoption("--host-python"), config.getoption("--wheel")
    if python not in PYTHONS:
        raise pytest.UsageError(
            f"--host-python={python}: there are images of {', '.join(PYTHONS)}."
        )
    if not (wheel and Path(wheel).is_file()):
        raise pytest.UsageError(
            f"--functions-host=container needs --wheel, a file (got {wheel}); tox -e container has "
            "one."
        )
    if config.getoption("--stand-in") and config.getoption("--image"):
        raise pytest.UsageError("--stand-in is an image of its own. Leave out --image.")


def pytest_collection_modifyitems(config: pytest.Config, items: List[pytest.Item]) -> None:
    if config.getoption("--functions-host") == "embedded":
        return
    # What needs no host has run on the embedded one already.
    app = config.getoption("--app")
    served = [app] if app else list(APPS)
    others = [item for item in items if _app_of(item) not in served]
    items[:] = [item for item in items if _app_of(item) in served]
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
    host = _host(request, request.param, tmp_path_factory)
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


def _host(request: pytest.FixtureRequest, app: str, folders: pytest.TempPathFactory) -> Host:
    config, ready_within = request.config, request.config.getoption("--ready-within")
    choice = config.getoption("--functions-host")
    if choice.startswith("url="):
        return UrlHost(choice[len("url=") :], _version(config.getoption("--host-python")))
    if choice == "core-tools":
        return CoreToolsHost(APPS[app], folders.mktemp(app), environment(), ready_within)
    if choice == "container":
        containers = request.getfixturevalue("containers")
        return containers(APPS[app], folders.mktemp(app), ready_within)  # type: ignore[no-any-return]  # a fixture
    return EmbeddedHost(app, folders.mktemp(app))


@pytest.fixture(scope="session")
def containers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Path, Path, float], Host]]:
    """
    What makes a host of an app, an empty folder and the seconds it may take to start.
    """
    # They need fcntl, which Windows has not.
    from integration.hosts.container.engine import Engine
    from integration.hosts.container.host import ContainerHost
    from integration.hosts.container.owned import Owned
    from integration.hosts.container.standin.image import build_stand_in

    option = request.config.getoption
    python = option("--host-python")
    has_served: Dict[str, bool] = {}
    with Owned(Engine()) as owned:
        image = option("--image") or official_image(python)
        if option("--stand-in"):
            image = build_stand_in(owned, python, tmp_path_factory.mktemp("stand-in"))

        def host(app: Path, folder: Path, ready_within: float) -> Host:
            wheel, version = Path(option("--wheel")), _version(python)
            return ContainerHost(
                owned, app, folder, image, wheel, version, ready_within, has_served
            )

        yield host


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """
    Show what the host has printed below a test that fails.
    """
    report = (yield).get_result()
    served = getattr(item, "funcargs", {}).get("served")
    if report.failed and served is not None:
        report.sections.append(("what the host has printed", served.log()))


def _version(text: str) -> Version:
    major, minor = text.split(".")
    return int(major), int(minor)
