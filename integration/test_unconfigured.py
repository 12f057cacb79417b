"""An app that imports the timer and never configures it."""

from integration.served import ServedApp, on_app

pytestmark = on_app("unconfigured")


def test_nothing_happens_before_configure(served: ServedApp) -> None:
    response = served.get("/api/extension")

    assert (response.status, response.data) == (200, b"TimerExtension")
    assert "Server-Timing" not in response.headers
    assert served.logged("(?i)time taken|recording|python_worker_extension_timer|error") == []
