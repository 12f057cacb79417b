"""The timer under many invocations, through the host's own dispatcher."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from time import perf_counter
from typing import Any, Dict, List

import pytest
from azure.functions.meta import Datum
from functions_host.bindings import Trigger
from functions_host.client import LoadedApp
from host_apps import HTTP, v1
from host_fixtures import LoadFiles
from python_worker_extension_timer import _measure

CALLED = sys.version_info < (3, 13)

# Every second invocation raises.
ODD_RAISES = """
import itertools
from python_worker_extension_timer import enable_extensions
numbers = itertools.count()

{decorator}
{kind} main(thing):
    if next(numbers) % 2:
        raise ValueError("odd")
"""
ON = {"PYTHON_ENABLE_WORKER_EXTENSIONS": "1"}
THING = {**HTTP, "type": "thingTrigger", "name": "thing"}

# The SDK's registry is empty when a test begins. Defining a subclass registers it again.
TIMED = """
from python_worker_extension_timer import TimerExtension

class Timer(TimerExtension):
    pass

Timer.configure(append_to_http_response=True, report_to=[lambda invocation: None])
"""

# The tutorial's algorithm: one entry for each invocation, removed only by the hook after it.
LEAKING = """
class Leaking(func.AppExtensionBase):
    started = {}

    @classmethod
    def pre_invocation_app_level(cls, logger, context, func_args, *args, **kwargs):
        cls.started[context.invocation_id] = 1.0

    @classmethod
    def post_invocation_app_level(cls, logger, context, func_args, func_ret, *args, **kwargs):
        del cls.started[context.invocation_id]
"""


def retained(app: LoadedApp) -> int:
    """Return how many memory blocks stay allocated after 1000 invocations."""
    functions = app.app.functions
    trigger = Trigger(Datum("x", "string"), {})

    async def invoke(count: int) -> None:
        for number in range(count):
            # A sync function would take ten times as long, because of the change of threads.
            function = functions[number % 20 == 0]
            await app.app.worker.invoke(function, trigger)

    def run(count: int) -> None:
        asyncio.run_coroutine_threadsafe(invoke(count), app.loop).result()

    run(200)
    gc.collect()
    before = sys.getallocatedblocks()
    run(1000)
    gc.collect()
    return sys.getallocatedblocks() - before


def load_odd(load_files: LoadFiles, extension: str, decorator: str = "") -> LoadedApp:
    functions = [ODD_RAISES.format(kind=kind, decorator=decorator) for kind in ("async def", "def")]
    files = {**v1("Async", extension + functions[0], THING), **v1("Sync", functions[1], THING)}
    # On Python 3.7 a pool starts another thread for each call, up to its limit.
    return load_files(files, values={**ON, "PYTHON_THREADPOOL_THREAD_COUNT": "1"})


@pytest.mark.parametrize("decorator", ["", "@enable_extensions"])
def test_many_invocations_leave_nothing_behind(
    load_files: LoadFiles, caplog: pytest.LogCaptureFixture, decorator: str
) -> None:
    # pytest keeps everything that is logged.
    for name in ("python_worker_extension_timer", "azure"):
        caplog.set_level(logging.CRITICAL, name)
    app = load_odd(load_files, TIMED, decorator)

    assert retained(app) < 100


@pytest.mark.skipif(not CALLED, reason="the leaking hooks are not called on Python 3.13 and newer")
def test_leak_of_one_entry_is_detected(load_files: LoadFiles) -> None:
    app = load_odd(load_files, LEAKING)

    assert retained(app) > 400


MANY = """
import asyncio
from contextvars import ContextVar

from azure.functions import AppExtensionBase
from python_worker_extension_timer import TimerExtension, _measure, enable_extensions

now = ContextVar("now", default=0.0)
_measure.perf_counter = now.get

events = []
reported = []


class Counter(AppExtensionBase):
    @classmethod
    def pre_invocation_app_level(cls, logger, context, func_args, *args, **kwargs):
        events.append((context.invocation_id, "pre"))

    @classmethod
    def post_invocation_app_level(cls, logger, context, func_args, func_ret, *args, **kwargs):
        events.append((context.invocation_id, "end"))

    @classmethod
    def invocation_failed_app_level(cls, logger, context, func_args, error, *args, **kwargs):
        events.append((context.invocation_id, "end"))


class Timer(TimerExtension):
    pass


Timer.configure(report_to=[reported.append])


def take(thing):
    now.set(now.get() + float(thing))
    if int(thing) % 5 == 0:
        raise ValueError(thing)
"""
MANY_SYNC = """
import time
from Shared.many import enable_extensions, take

@enable_extensions
def main(thing):
    time.sleep(0)
    take(thing)
"""
MANY_ASYNC = """
import asyncio
from Shared.many import enable_extensions, take

@enable_extensions
async def main(thing):
    await asyncio.sleep(0)
    take(thing)
"""


@pytest.mark.parametrize("flag", [{}, ON])
def test_500_invocations_at_once_are_timed_once(
    load_files: LoadFiles, monkeypatch: pytest.MonkeyPatch, flag: Dict[str, str]
) -> None:
    monkeypatch.setattr(_measure, "perf_counter", perf_counter)  # The app replaces this setting.
    files = {
        **v1("Async", MANY_ASYNC, THING),
        **v1("Sync", MANY_SYNC, THING),
        "Shared/many.py": MANY,
    }
    app = load_files(files, values={**flag, "PYTHON_THREADPOOL_THREAD_COUNT": "32"})
    assert app.problems == []

    async def invoke_all() -> List[Any]:
        invocations = [
            app.app.worker.invoke(
                app.app.functions[number % 2], Trigger(Datum(str(number), "string"), {})
            )
            for number in range(500)
        ]
        return await asyncio.gather(*invocations)

    outcomes = asyncio.run_coroutine_threadsafe(invoke_all(), app.loop).result()

    many: Any = sys.modules["Shared.many"]
    raised = [number for number, outcome in enumerate(outcomes) if outcome.error is not None]
    assert raised == list(range(0, 500, 5))
    # Each invocation has its own events, time, error and id.
    assert len(many.events) == len(set(many.events)) == 1000
    assert sorted(done.elapsed for done in many.reported) == list(range(500))
    failed = {done.elapsed: str(done.error) for done in many.reported if done.error is not None}
    assert failed == {float(number): str(number) for number in raised}
    assert len({done.invocation_id for done in many.reported}) == 500
