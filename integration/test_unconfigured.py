"""An app that imports the timer and never configures it."""

from integration.running_app import RunningApp, on_app

pytestmark = on_app("unconfigured")


def test_nothing_happens_before_configure(app: RunningApp) -> None:
    response = app.get("/api/extension")

    assert (response.status, response.data) == (200, b"TimerExtension")
    assert "Server-Timing" not in response.headers
    assert app.records("(?i)time taken|recording|python_worker_extension_timer|error") == []
    assert [record for record in app.records() if record.level == "error"] == []
