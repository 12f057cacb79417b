"""The warning that nothing will call the timer."""

from __future__ import annotations

import asyncio
import importlib
import sys
import warnings
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, List, Optional, Tuple

import pytest
from python_worker_extension_timer import (
    TimerExtension,
    _uncalled_warning,
    enable_extensions,
    timed,
)

FLAG = "PYTHON_ENABLE_WORKER_EXTENSIONS"
ENABLE = (
    "app = enable_extensions(func.FunctionApp()) in function_app.py, "
    "or @enable_extensions above main in a v1 app."
)
NEVER_CALLED = "TimerExtension is configured and never called: "
FROM_313 = f"{NEVER_CALLED}from Python 3.13 on, the worker calls no extensions. Write {ENABLE}"
UP_TO_312 = f"{NEVER_CALLED}{FLAG} is not 1. Set it in the app settings, or write {ENABLE}"


configure = TimerExtension.configure


def enable() -> None:
    enable_extensions(lambda req: None)


def time_one() -> None:
    timed(lambda req: None)


def import_in_worker(*steps: Callable[[], None]) -> List[str]:
    """Run the steps of an app's import on a running loop, and return the warnings."""

    async def main() -> None:
        for step in steps:
            step()
        await asyncio.sleep(0)

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        asyncio.run(main())
    return [str(warning.message) for warning in warned]


class Library:
    """An object like a library of cffi, which claims to be a module."""

    __slots__ = ()
    # mypy does not allow a class that replaces `__class__`.
    __class__ = ModuleType  # type: ignore[assignment]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_uncalled_warning, "_hooked", [])
    monkeypatch.setattr(_uncalled_warning, "_warnings", count())
    monkeypatch.setenv("AzureWebJobsScriptRoot", "/home/site/wwwroot")
    monkeypatch.delenv(FLAG, raising=False)
    monkeypatch.setattr(sys, "version_info", (3, 13))


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
        *[((3, 12), word, None) for word in ("True", "t", "yes", " y ")],
        *[((3, 13), word, None) for word in ("False", "f", "no", " n ")],
    ],
)
def test_uncalled_timer_causes_a_warning(
    monkeypatch: pytest.MonkeyPatch,
    version: Tuple[int, int],
    flag: Optional[str],
    warning: Optional[str],
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    if flag is not None:
        monkeypatch.setenv(FLAG, flag)

    assert import_in_worker(configure) == ([] if warning is None else [warning])


def test_warning_appears_once() -> None:
    assert import_in_worker(configure, configure) == [FROM_313]
    assert import_in_worker(configure) == []


@pytest.mark.parametrize("steps", [(enable, configure), (configure, enable), (configure, time_one)])
def test_called_timer_causes_no_warning(steps: Tuple[Callable[[], None], ...]) -> None:
    assert import_in_worker(*steps) == []


def test_no_warning_outside_a_function_app(monkeypatch: pytest.MonkeyPatch) -> None:
    TimerExtension.configure()
    monkeypatch.delenv("AzureWebJobsScriptRoot")

    assert import_in_worker(configure) == []


class Loop(List[Any]):
    """An event loop that only runs when `turn()` is called, also during an import."""

    def call_soon(self, callback: Any, *arguments: Any) -> None:
        self.append((callback, arguments))

    def call_later(self, delay: float, callback: Any, *arguments: Any) -> None:
        self.call_soon(callback, *arguments)

    def turn(self) -> None:
        for callback, arguments in [self.pop(0) for _ in list(self)]:
            callback(*arguments)


APP = """
import asyncio, sys
from python_worker_extension_timer import TimerExtension, enable_extensions

TimerExtension.configure()
"""


@pytest.mark.parametrize(
    ("code", "warned"),
    [
        pytest.param("asyncio.loop.turn()\nenable_extensions(lambda req: None)", [], id="enabled"),
        pytest.param("asyncio.loop.turn()", [FROM_313], id="not enabled"),
        pytest.param("del sys.modules['plain_module']", [FROM_313], id="another module is gone"),
        pytest.param("1 / 0", [], id="failed"),
    ],
)
def test_warning_waits_for_end_of_import(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, warned: List[str]
) -> None:
    loop = Loop()
    monkeypatch.setattr(asyncio, "loop", loop, raising=False)
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: loop)
    monkeypatch.syspath_prepend(str(tmp_path))
    # sys.modules may contain any object.
    monkeypatch.setitem(sys.modules, "no_such_module", None)
    monkeypatch.setitem(sys.modules, "plain_module", ModuleType("plain_module"))
    monkeypatch.setitem(sys.modules, "library", Library())
    (tmp_path / "the_app.py").write_text(APP + code, encoding="utf-8")
    monkeypatch.delitem(sys.modules, "the_app", raising=False)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with suppress(ZeroDivisionError):
            importlib.import_module("the_app")
        loop.turn()

    assert [str(warning.message) for warning in caught] == warned
    assert loop == []
