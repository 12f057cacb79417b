"""A host that hangs costs one timeout, not one per test."""

from __future__ import annotations

import time

import pytest
from container_images import NEVER_SERVES, SERVES, StartContainer

from integration import running_app
from integration.hosts.readiness import NotReadyError
from integration.running_app import HostHangsError, RunningApp


def test_only_first_request_waits_for_hanging_host(
    container: StartContainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running_app, "PATIENCE", 2)
    host = container(SERVES)
    app = RunningApp(host, host.start())

    for path, within in (("/api/hang", 10), ("/api/HttpTrigger", 1.5), ("/api/hang", 1.5)):
        started = time.monotonic()
        with pytest.raises(HostHangsError) as raised:
            app.get(path)
        assert time.monotonic() - started < within
        message = str(raised.value)
        assert (
            "host container stopped responding (GET /api/hang was not answered in 2 s)" in message
        )
        assert "asked for /api/hang" in message


def test_image_that_never_served_is_not_retried(container: StartContainer) -> None:
    with pytest.raises(NotReadyError, match="so slow"):
        container(NEVER_SERVES, ready_within=1).start()
    started = time.monotonic()

    with pytest.raises(NotReadyError, match="was not ready in time with another app"):
        container(SERVES).start()

    assert time.monotonic() - started < 0.5


def test_image_that_has_served_is_retried(container: StartContainer) -> None:
    container(SERVES).start()
    with pytest.raises(NotReadyError, match="so slow"):
        container(NEVER_SERVES, ready_within=1).start()

    assert container(SERVES).start()
