"""Apps written on the spot, loaded into this process."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Callable, Iterator, List

import pytest
from host_process import Process, Serve

from integration.host.client import LoadedApp, loaded


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], LoadedApp]]:
    """
    Load an app for the length of a test, with an environment that says nothing to it.
    """
    for name in ("CONTAINER_NAME", "PYTHON_ENABLE_WORKER_EXTENSIONS", "WEBSITE_INSTANCE_ID"):
        monkeypatch.delenv(name, raising=False)
    with ExitStack() as stack:
        yield lambda root: stack.enter_context(loaded(root))


@pytest.fixture
def serve() -> Iterator[Serve]:
    started: List[Process] = []

    def serve(root: Path) -> Process:
        started.append(Process(root))
        return started[-1]

    yield serve
    for process in started:
        process.kill()
