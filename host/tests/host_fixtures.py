"""Fixtures that run an app on the embedded host, in this process or as a process of its own."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Callable, Iterator, List

import azure.functions as func
import pytest
from functions_host.client import LoadedApp, loaded
from host_process import Process, Serve

__all__ = ["load", "restored_extensions", "serve"]

REGISTRY = ("_app_exts", "_func_exts", "_info")


@pytest.fixture(autouse=True)
def restored_extensions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """
    Give the test an empty extension registry, and put the old one back.
    """
    saved = {name: getattr(func.ExtensionMeta, name) for name in REGISTRY}
    monkeypatch.setattr(func.ExtensionMeta, "_app_exts", None)
    monkeypatch.setattr(func.ExtensionMeta, "_func_exts", {})
    monkeypatch.setattr(func.ExtensionMeta, "_info", {})
    yield
    for name, value in saved.items():
        setattr(func.ExtensionMeta, name, value)


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], LoadedApp]]:
    """
    Load an app for the length of a test, in an environment without settings of its own.
    """
    for name in ("CONTAINER_NAME", "PYTHON_ENABLE_WORKER_EXTENSIONS", "WEBSITE_INSTANCE_ID"):
        monkeypatch.delenv(name, raising=False)
    with ExitStack() as stack:
        yield lambda root: stack.enter_context(loaded(root))


@pytest.fixture
def serve() -> Iterator[Serve]:
    """
    Start the embedded host as a process, and end it with the test.
    """
    started: List[Process] = []

    def serve(root: Path) -> Process:
        started.append(Process(root))
        return started[-1]

    yield serve
    for process in started:
        process.kill()
