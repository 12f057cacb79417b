"""The threads and the loop that run functions."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Optional

import pytest
from functions_host.client import load_app
from functions_host.emulated_worker import _thread_count
from host_apps import v1, write_app
from host_fixtures import LoadFiles

THREAD = """
import threading

{kind} main(req):
    return func.HttpResponse(threading.current_thread().name)
"""


def test_functions_run_in_pool_or_on_loop(load_files: LoadFiles) -> None:
    files = {
        **v1("Sync", THREAD.format(kind="def")),
        **v1("Async", THREAD.format(kind="async def")),
    }
    client = load_files(files).client

    assert client.get("/api/Sync").text.startswith("ThreadPoolExecutor-")
    assert client.get("/api/Async").text == "worker"


def test_pool_is_larger_than_pythons_default(load_files: LoadFiles) -> None:
    code = """
        import threading
        barrier = threading.Barrier(40)

        def main(req):
            barrier.wait(timeout=30)
            return func.HttpResponse("all are here")
    """
    client = load_files(v1("Hello", code)).client

    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda _: client.get("/api/Hello").text, range(40)))

    assert answers == ["all are here"] * 40


def test_async_functions_run_at_once_on_one_thread(load_files: LoadFiles) -> None:
    code = """
        import asyncio
        waiting = []

        async def main(req):
            waiting.append(asyncio.get_running_loop().create_future())
            if len(waiting) == 8:
                for future in waiting:
                    future.set_result("all are here")
            return func.HttpResponse(await waiting[len(waiting) - 1])
    """
    client = load_files(v1("Hello", code)).client

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.get("/api/Hello").text, range(8)))

    assert answers == ["all are here"] * 8


@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize("raised", ["StopIteration", "SystemExit", "KeyboardInterrupt"])
def test_any_exception_is_an_answer(load_files: LoadFiles, kind: str, raised: str) -> None:
    client = load_files(v1("Hello", f"{kind} main(req):\n    raise {raised}\n")).client

    assert client.get("/api/Hello").status_code == 500


def test_each_invocation_has_its_own_context(load_files: LoadFiles) -> None:
    code = """
        import re

        def main(req, context):
            assert context.thread_local_storage.invocation_id == context.invocation_id
            assert not hasattr(context, "seen")
            context.seen = True
            assert not isinstance(context, func.Context)
            trace = context.trace_context
            assert trace.trace_parent == trace.Traceparent
            # W3C Trace Context, section 3.2.
            assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-00", trace.trace_parent)
            assert context.retry_context.retry_count == 0
            return func.HttpResponse(context.invocation_id)
    """
    client = load_files(v1("Hello", code)).client

    ids = {client.get("/api/Hello").text for _ in range(3)}

    assert [len(text) for text in ids] == [36] * 3


@pytest.mark.parametrize(
    ("setting", "count"), [(None, 1000), ("", 1000), ("x", 1000), ("0", 1000), ("7", 7)]
)
def test_thread_count_is_the_setting_or_1000(
    monkeypatch: pytest.MonkeyPatch, setting: Optional[str], count: int
) -> None:
    monkeypatch.delenv("PYTHON_THREADPOOL_THREAD_COUNT", raising=False)
    if setting is not None:
        monkeypatch.setenv("PYTHON_THREADPOOL_THREAD_COUNT", setting)

    assert _thread_count() == count


@pytest.mark.parametrize(("setting", "count"), [(None, "1000"), ("", "1000"), ("7", "7")])
def test_app_reads_the_thread_count(
    load_files: LoadFiles, monkeypatch: pytest.MonkeyPatch, setting: Optional[str], count: str
) -> None:
    monkeypatch.delenv("PYTHON_THREADPOOL_THREAD_COUNT", raising=False)
    code = """
        import os
        count = os.environ["PYTHON_THREADPOOL_THREAD_COUNT"]

        def main(req):
            return func.HttpResponse(count)
    """
    values = {} if setting is None else {"PYTHON_THREADPOOL_THREAD_COUNT": setting}

    assert load_files(v1("Hello", code), values=values).client.get("/api/Hello").text == count


def test_removed_app_leaves_no_thread(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with load_app(write_app(tmp_path, v1("Sync", THREAD.format(kind="def")))) as app:
        app.client.get("/api/Sync")

    assert set(threading.enumerate()) == before
