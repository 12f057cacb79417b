"""`timed`, alone and with the extension. From Python 3.13 on, Microsoft's runtime runs the apps."""

from __future__ import annotations

import asyncio
import functools
import logging
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from types import SimpleNamespace
from typing import Any, AsyncIterator, Callable, Dict, Iterator, List

import azure.functions as func
import pytest
from host_apps import needs_v2, v1
from host_fixtures import LoadFiles
from invocations import InvocationContext, Reported
from python_worker_extension_timer import TimerExtension, enable_extensions, timed
from recording import BODY, FLAGS, TIMER
from standin_worker import Context, StandInWorker

REQUEST = func.HttpRequest("GET", "http://localhost/api/hello", body=b"")

ORDERS = ["@timed\n", "@enable_extensions\n@timed\n", "@timed\n@enable_extensions\n"]


@pytest.fixture(autouse=True)
def _logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "python_worker_extension_timer")


def lines(caplog: pytest.LogCaptureFixture) -> List[str]:
    """Return the timer's lines without their common text and the time, and clear them."""
    found = [
        re.sub(r"Time taken to execute (\w+) is \d+\.\d{6} sec", r"\1", record.getMessage())
        for record in caplog.records
        if record.name == "python_worker_extension_timer"
    ]
    caplog.clear()
    return found


@contextmanager
def invocation(*arguments: object) -> Iterator[Any]:
    """Run the extension's hooks around an invocation of `hello`, and give its context."""
    TimerExtension.configure()
    context: Any = Context()
    by_name = {"context": context, **{str(i): value for i, value in enumerate(arguments)}}
    TimerExtension.pre_invocation_app_level(logging.getLogger(), context, by_name)
    yield context
    TimerExtension.post_invocation_app_level(logging.getLogger(), context, by_name, None)


@timed
def fetch(req: Any) -> Any:
    if req is None:
        raise ValueError
    return req


@timed
async def fetch_async(req: Any) -> Any:
    await asyncio.sleep(0)
    return req


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("configured", [False, True])
@pytest.mark.parametrize("decorators", ORDERS)
@pytest.mark.parametrize("kind", ["def", "async def"])
def test_function_is_timed_once(
    load_files: LoadFiles,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    decorators: str,
    configured: bool,
    flag: str,
) -> None:
    code = f"{TIMER}\n{'configure()' * configured}\n{decorators}{kind} main(req):{BODY}"
    app = load_files(v1("hello", code), values=FLAGS[flag])

    body = app.client.get("/api/hello").text
    assert lines(caplog) in (["hello"], ["main"])
    suffix = r" \(TimeElapsed: \d+\.\d{6} sec\)" if configured else ""
    assert re.fullmatch(f"hello{suffix}", body)

    assert app.client.get("/api/hello?boom=1").status_code == 500
    assert lines(caplog) in (["hello (failed: ValueError)"], ["main (failed: ValueError)"])
    module: Any = sys.modules["__app__.hello"]
    errors = [repr(invocation.error) for invocation in module.reported]
    assert errors == (["None", "ValueError('boom')"] if configured else [])


def call_in_pool(function: Any, req: Any) -> Any:
    with ThreadPoolExecutor() as pool:
        return pool.submit(function, req).result()


def call_below_decorators(function: Any, req: Any) -> Any:
    def decorate(inner: Any) -> Any:
        return functools.wraps(inner)(lambda req: inner(req))

    for _ in range(20):
        function = decorate(function)
    return function(req)


async def call_in_thread(function: Any, req: Any) -> Any:
    # Python 3.9 and newer have asyncio.to_thread() for this.
    run = functools.partial(copy_context().run, function, req)
    return await asyncio.get_running_loop().run_in_executor(None, run)


async def call_by_gather(function: Any, req: Any) -> Any:
    return (await asyncio.gather(function(req)))[0]


CALLS: Dict[str, Callable[[], Any]] = {
    "direct": lambda: fetch(REQUEST),
    "by name": lambda: fetch(req=REQUEST),
    "partial": lambda: functools.partial(fetch, REQUEST)(),
    "copied context": lambda: copy_context().run(fetch, REQUEST),
    "20 decorators": lambda: call_below_decorators(fetch, REQUEST),
    "thread of a pool": lambda: call_in_pool(fetch, REQUEST),
    "to_thread": lambda: asyncio.run(call_in_thread(fetch, REQUEST)),
    "coroutine": lambda: asyncio.run(fetch_async(REQUEST)),
    "gather": lambda: asyncio.run(call_by_gather(fetch_async, REQUEST)),
    "wait_for": lambda: asyncio.run(asyncio.wait_for(fetch_async(REQUEST), 5)),
}


@pytest.mark.parametrize("how", CALLS)
def test_call_is_timed_under_any_decorator(caplog: pytest.LogCaptureFixture, how: str) -> None:
    for _ in range(2):
        assert CALLS[how]() is REQUEST
        assert lines(caplog) in (["fetch"], ["fetch_async"])

    with invocation("text", REQUEST):
        assert CALLS[how]() is REQUEST
    assert lines(caplog) == ["hello"]

    assert CALLS[how]() is REQUEST
    assert len(lines(caplog)) == 1


def test_pool_thread_with_other_arguments_times_its_call(caplog: pytest.LogCaptureFixture) -> None:
    with invocation(REQUEST):
        assert call_in_pool(fetch, "text") == "text"
        assert call_in_pool(fetch, []) == []

    assert lines(caplog) == ["fetch", "fetch", "hello"]


@pytest.mark.parametrize(
    ("argument", "trigger"),
    [
        (REQUEST, "http"),
        (type("Context", (), {})(), "other"),
        (SimpleNamespace(invocation_id="1"), "other"),
    ],
    ids=["request", "other context", "other id"],
)
def test_call_without_context_has_no_id(reported: Reported, argument: Any, trigger: str) -> None:
    TimerExtension.configure(report_to=[reported])

    fetch(argument)

    (done,) = reported
    assert (done.function_name, done.invocation_id, done.error) == ("fetch", "", None)
    assert (done.trigger, done.elapsed > 0) == (trigger, True)


def test_passed_context_gives_name_and_id(reported: Reported) -> None:
    @timed
    def main(req: int, context: Any) -> int:
        return req

    TimerExtension.configure(report_to=[reported])
    context = Context()

    assert main(1, context) == main(req=1, context=context) == 1

    assert [done[:2] for done in reported] == [("hello", context.invocation_id)] * 2


def test_passed_context_shows_invocation_to_pool(caplog: pytest.LogCaptureFixture) -> None:
    with invocation() as context:
        call_in_pool(fetch, context)

    assert lines(caplog) == ["hello"]


def test_each_try_of_a_retry_is_timed(caplog: pytest.LogCaptureFixture) -> None:
    def try_twice() -> Any:
        try:
            return fetch(None)
        except ValueError:
            return fetch(1)

    assert try_twice() == 1
    assert lines(caplog) == ["fetch (failed: ValueError)", "fetch"]
    with invocation():
        assert try_twice() == 1
    # The extension does not see an exception that is caught inside the invocation.
    assert lines(caplog) == ["fetch (failed: ValueError)", "hello"]


def test_calls_of_one_function_at_once_are_timed(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> Any:
        return await asyncio.gather(*map(fetch_async, range(3)))

    assert asyncio.run(main()) == [0, 1, 2]
    assert lines(caplog) == ["fetch_async"] * 3


def test_only_the_outermost_call_is_timed(caplog: pytest.LogCaptureFixture) -> None:
    @timed
    def outer(depth: int) -> Any:
        return outer(depth - 1) if depth else fetch(None)

    for _ in range(2):
        with pytest.raises(ValueError, match=r"^$"):
            outer(3)
    assert lines(caplog) == ["outer (failed: ValueError)"] * 2

    with invocation(), pytest.raises(ValueError, match=r"^$"):
        outer(3)
    assert lines(caplog) == ["outer (failed: ValueError)", "hello"]


def test_failure_is_left_to_the_failure_hook(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 13))

    class Again(TimerExtension):
        pass

    Again.configure()
    main = enable_extensions(lambda req: fetch(req))

    with pytest.raises(ValueError, match=r"^$"):
        StandInWorker().call(main, req=None)

    assert lines(caplog) == ["hello (failed: ValueError)"]


@pytest.mark.usefixtures("cold_start")
def test_cold_start_that_fails_is_reported(reported: Reported) -> None:
    TimerExtension.configure(report_to=[reported])
    TimerExtension.pre_invocation_app_level(logging.getLogger(), InvocationContext(), {})

    with pytest.raises(ValueError, match=r"^$"):
        fetch(None)

    (done,) = reported
    assert (done.function_name, done.first, done.since_start) == ("fetch", True, 1.5)


def test_ended_invocation_does_not_silence_its_background(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with invocation():
        in_invocation = copy_context()
    background = fetch_async(1)
    lines(caplog)

    in_invocation.run(fetch, 1)
    in_invocation.run(asyncio.run, background)

    assert lines(caplog) == ["fetch", "fetch_async"]


def test_timing_twice_is_timing_once() -> None:
    once = timed(lambda req: req)

    assert timed(once) is once
    enabled = enable_extensions(once)
    assert timed(enabled) is enabled


def orchestrate(context: Any) -> Iterator[Any]:
    yield context


async def stream(context: Any) -> AsyncIterator[Any]:
    yield context


ON_GENERATOR = (
    "timed would time nothing on an orchestrator or another generator. "
    "Use enable_extensions() and TimerExtension for it."
)


@pytest.mark.parametrize("generator", [orchestrate, stream])
def test_generator_is_refused_with_advice(generator: Any) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(ON_GENERATOR)}$"):
        timed(generator)


@needs_v2
def test_place_above_a_route_is_refused() -> None:
    function: Any = func.FunctionApp().route(route="x")(fetch)

    text = (
        "timed would time nothing here. "
        "Put it below decorators such as @app.route(...), directly above def."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(text)}$"):
        timed(function)


def test_other_object_is_refused() -> None:
    text = (
        "timed decorates one function, directly above its def; got 5. "
        "For all functions of an app, use TimerExtension."
    )
    with pytest.raises(TypeError, match=f"^{re.escape(text)}$"):
        timed(5)  # type: ignore[type-var]


def test_reporter_may_call_timed_functions(reported: Reported) -> None:
    @timed
    def helper() -> int:
        return 1

    def report(invocation: Any) -> None:
        reported(invocation)
        helper()

    TimerExtension.configure(report_to=[report])

    assert helper() == 1
    assert [one.function_name for one in reported] == ["helper"]


def test_extension_is_silent_within_timed(caplog: pytest.LogCaptureFixture) -> None:
    @timed
    def outer() -> None:
        with invocation():
            pass

    outer()

    assert lines(caplog) == ["outer"]
