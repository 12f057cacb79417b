"""Fixtures that run an app on the embedded host, in this process or in a new one."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional

import pytest
from functions_host.client import LoadedApp, empty_registry, load_app
from functions_host.errors import HostError
from functions_host.pytest_plugin import keep_log_level
from host_apps import write_app
from host_process import Process, Serve

__all__ = ["load", "load_files", "refuse", "restored_extensions", "serve", "serve_files"]

Load = Callable[..., LoadedApp]
LoadFiles = Callable[..., LoadedApp]
Refuse = Callable[..., List[str]]
ServeFiles = Callable[..., Process]


@pytest.fixture(autouse=True)
def restored_extensions() -> Iterator[None]:
    """Give the test an empty extension registry, and put the old one back."""
    with empty_registry():
        yield


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Load]:
    """Load an app for the duration of a test, in an environment without settings from outside."""
    keep_log_level(request)
    for name in ("CONTAINER_NAME", "PYTHON_ENABLE_WORKER_EXTENSIONS", "WEBSITE_INSTANCE_ID"):
        monkeypatch.delenv(name, raising=False)
    with ExitStack() as stack:
        yield lambda *arguments: stack.enter_context(load_app(*arguments))


@pytest.fixture
def load_files(tmp_path: Path, load: Load) -> LoadFiles:
    """Write an app into the test's folder, as `write_app()` does, and load it."""

    def load_files(
        files: Dict[str, str], inputs: Optional[Path] = None, **options: Any
    ) -> LoadedApp:
        return load(write_app(tmp_path, files, **options), inputs)

    return load_files


@pytest.fixture
def refuse(load_files: LoadFiles) -> Refuse:
    """Load an app of which no function can be loaded, and return the reasons."""

    def refuse(files: Dict[str, str], **options: Any) -> List[str]:
        with pytest.raises(HostError) as raised:
            load_files(files, **options)
        return [str(fault) for fault in raised.value.faults]

    return refuse


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start the embedded host as a process, and stop it after the test."""
    started: List[Process] = []

    def serve(root: Path, *options: str, **process: Any) -> Process:
        started.append(Process(root, *options, **process))
        return started[-1]

    yield serve
    for process in started:
        process.kill()


@pytest.fixture
def serve_files(tmp_path: Path, serve: Serve) -> ServeFiles:
    """Write an app into the test's folder, as `write_app()` does, and serve it."""

    def serve_files(files: Dict[str, str], **options: Any) -> Process:
        return serve(write_app(tmp_path, files, **options))

    return serve_files
