"""The warning that nothing calls the timer, where nothing does."""

from __future__ import annotations

import asyncio
import sys
import warnings
from typing import Callable, List, Optional, Tuple

import pytest
from python_worker_extension_timer import TimerExtension, _check, enable_extensions, timed

FLAG = "PYTHON_ENABLE_WORKER_EXTENSIONS"
ENABLE = (
    "app = enable_extensions(func.FunctionApp()) in function_app.py, "
    "or @enable_extensions above main in a v1 app."
)
FROM_313 = (
    "TimerExtension is configured and never called: from Python 3.13 on, the worker calls no "
    f"extensions. Write {ENABLE}"
)
UP_TO_312 = (
    f"TimerExtension is configured and never called: {FLAG} is not 1. Set it in the app "
    f"settings, or write {ENABLE}"
)


def configure() -> None:
    TimerExtension.configure()


def configure_twice() -> None:
    TimerExtension.configure()
    TimerExtension.configure(warn_after=1)


def enable_later() -> None:
    TimerExtension.configure()
    enable_extensions(lambda req: None)


def enable_before() -> None:
    enable_extensions(lambda req: None)
    TimerExtension.configure()


def time_one() -> None:
    TimerExtension.configure()
    timed(lambda req: None)


def import_in_worker(app: Callable[[], None]) -> List[str]:
    """Run what an app does at its import, on a running loop, and return what is warned of."""

    async def main() -> None:
        app()
        await asyncio.sleep(0)

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        asyncio.run(main())
    return [str(warning.message) for warning in warned]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_check, "_called", [])
    monkeypatch.setattr(_check, "_first_warning", iter((True,)))
    monkeypatch.setenv("AzureWebJobsScriptRoot", "/home/site/wwwroot")
    monkeypatch.delenv(FLAG, raising=False)


@pytest.mark.parametrize(
    ("version", "flag", "warning"),
    [
        ((3, 13), None, FROM_313),
        ((3, 13), "1", FROM_313),
        ((3, 14), None, FROM_313),
        ((3, 13), "0", None),
        ((3, 12), None, UP_TO_312),
        ((3, 12), "1", None),
        ((3, 12), "0", None),
        ((3, 9), None, None),
    ],
)
def test_configured_timer_that_nothing_calls_is_warned_of(
    monkeypatch: pytest.MonkeyPatch,
    version: Tuple[int, int],
    flag: Optional[str],
    warning: Optional[str],
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    if flag is not None:
        monkeypatch.setenv(FLAG, flag)

    assert import_in_worker(configure) == ([] if warning is None else [warning])


def test_it_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 13))

    assert import_in_worker(configure_twice) == [FROM_313]
    assert import_in_worker(configure) == []


@pytest.mark.parametrize("app", [enable_before, enable_later, time_one])
def test_nothing_is_said_where_something_calls_it(
    monkeypatch: pytest.MonkeyPatch, app: Callable[[], None]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 13))

    assert import_in_worker(app) == []


def test_nothing_is_said_outside_of_a_function_app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 13))
    TimerExtension.configure()
    monkeypatch.delenv("AzureWebJobsScriptRoot")

    assert import_in_worker(configure) == []
