"""HTTP streaming apps in the in-process client of the embedded host."""

import gc
import sys

import pytest
from functions_host.client import load_app
from functions_host.errors import HostError

from integration.catalog import APPS

can_stream = pytest.mark.skipif(
    sys.version_info < (3, 13), reason="the emulated worker has no HTTP streaming"
)


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="HTTP streaming apps run on this Python")
def test_refusal_names_the_pythons_that_can_stream() -> None:
    needed = "HTTP streaming needs Python 3.13 or newer on this host"

    with pytest.raises(HostError, match=needed), load_app(APPS["streaming"]):
        pass


@can_stream
def test_server_of_the_app_ends_silently(capfd: pytest.CaptureFixture[str]) -> None:
    with load_app(APPS["streaming"]) as app:
        assert app.get("/api/stream").data == b"0 1 2 "
    gc.collect()

    shown = "".join(capfd.readouterr())
    assert "Uvicorn running" in shown
    assert "Traceback" not in shown
    assert "destroyed" not in shown


@can_stream
def test_response_that_breaks_off_raises() -> None:
    with load_app(APPS["streaming"]) as app, pytest.raises(ConnectionError, match="broke off"):
        app.get("/api/broken_stream")
