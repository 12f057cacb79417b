"""What hangs is waited for once, not by every test."""

from __future__ import annotations

import time

import pytest
from container_images import SERVE, Start

from integration import served
from integration.hosts.container.host import ContainerNotReadyError
from integration.served import HostHangsError, ServedApp

NEVER = "import time; print('so slow'); time.sleep(600)"
SERVES = SERVE.replace("STATUS", "200")
# Those of the probe are answered.
HANGS = SERVES.replace('"/api/exit"', '"/api/hang"').replace(
    "os._exit(9)", "__import__('time').sleep(600)"
)


def test_host_that_hangs_is_waited_for_by_one_request_and_reported_with_its_log_by_each(
    host: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "PATIENCE", 2)
    running = host(HANGS)
    app = ServedApp(running, running.start())

    for path, within in (("/api/hang", 10), ("/api/HttpTrigger", 1.5), ("/api/hang", 1.5)):
        started = time.monotonic()
        with pytest.raises(HostHangsError) as raised:
            app.get(path)
        assert time.monotonic() - started < within
        message = str(raised.value)
        assert "the host (container) hangs: GET /api/hang was not answered in 2 s" in message
        assert "asked for /api/hang" in message


def test_image_that_was_never_ready_is_not_waited_for_again(host: Start) -> None:
    with pytest.raises(ContainerNotReadyError, match="so slow"):
        host(NEVER, ready_within=1).start()
    started = time.monotonic()

    with pytest.raises(ContainerNotReadyError, match="was not ready in time with another app"):
        host(SERVES).start()

    assert time.monotonic() - started < 0.5


def test_image_that_has_served_an_app_is_tried_again_after_one_that_was_never_ready(
    host: Start,
) -> None:
    first = host(SERVES)
    first.start()
    with pytest.raises(ContainerNotReadyError, match="so slow"):
        host(NEVER, ready_within=1).start()

    assert host(SERVES).start()
