"""Fixtures: every test starts without registered extensions and timer options."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List

import azure.functions as func
import pytest
from host_fixtures import load, load_files, restored_extensions, serve, serve_files
from invocations import Clock, InvocationContext, Reported

# Add it after site-packages: the tests must import the installed package, not this checkout.
sys.path.append(str(Path(__file__).parents[1]))

import python_worker_extension_timer
from python_worker_extension_timer import TimerExtension, _measure

__all__ = ["load", "load_files", "restored_extensions", "serve", "serve_files"]


def pytest_report_header() -> str:
    return f"testing {python_worker_extension_timer.__file__}, azure-functions {func.__version__}"


def pytest_sessionstart() -> None:
    package = Path(python_worker_extension_timer.__file__)
    if "TOX_ENV_NAME" in os.environ and Path(sys.prefix) not in package.parents:
        pytest.exit(f"{package} is not the wheel that tox installed.", returncode=1)


@pytest.fixture(autouse=True)
def _unconfigured_timer(
    restored_extensions: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(TimerExtension, "_options", None)
    # An invocation that a test leaves open would silence `timed` in the next test.
    _measure._running.set(None)


@pytest.fixture
def context() -> InvocationContext:
    return InvocationContext()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(_measure, "perf_counter", clock)
    return clock


@pytest.fixture
def invoke(context: InvocationContext, clock: Clock) -> Callable[..., Any]:
    """Run both hooks around an invocation that takes `seconds` and returns `result`."""

    def invoke(result: Any = None, seconds: float = 0.5, in_context: Any = context) -> Any:
        arguments: Dict[str, object] = {}
        logger = logging.getLogger("azure_functions_worker.extension.TimerExtension")
        TimerExtension.pre_invocation_app_level(logger, in_context, arguments)
        clock.tick(seconds)
        TimerExtension.post_invocation_app_level(logger, in_context, arguments, result)
        return result

    return invoke


@pytest.fixture
def cold_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next invocation is the first of its process, 1.5 seconds after the start."""
    monkeypatch.setattr(_measure, "_first_in_process", [True])
    monkeypatch.setattr(_measure, "find_age", lambda: 1.5)


@pytest.fixture
def reported() -> Reported:
    return Reported()


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> List[str]:
    """Return the events of a registered extension, in a worker that calls no hooks itself."""
    monkeypatch.delenv("PYTHON_ENABLE_WORKER_EXTENSIONS", raising=False)
    # The tests are in the worker's folder, not in the app's.
    monkeypatch.setenv("AzureWebJobsScriptRoot", "/home/site/wwwroot")
    monkeypatch.setattr(sys, "version_info", (3, 13, 0, "final", 0))
    events: List[str] = []

    class Recorder(func.AppExtensionBase):
        @staticmethod
        def pre_invocation_app_level(*args: Any, **kwargs: Any) -> None:
            events.append("pre")

        @classmethod
        def post_invocation_app_level(cls, *args: Any, **kwargs: Any) -> None:
            events.append("post")

        @staticmethod
        def invocation_failed_app_level(
            logger: logging.Logger, context: Any, func_args: Any, error: BaseException
        ) -> None:
            name = type(error).__name__
            events.append(f"failed {name} {logger.name} {sorted(func_args)}")

    return events
