"""Elastic's extension in an enabled app, on every Python."""

from integration.running_app import RunningApp, on_app

pytestmark = on_app("elastic_apm")


def test_sync_invocation_is_a_transaction(app: RunningApp) -> None:
    assert app.get("/api/sync").status == 201

    assert app.logged("transaction .*") == ["transaction sync HTTP 2xx"]


def test_async_invocation_is_a_transaction(app: RunningApp) -> None:
    assert app.get("/api/async").status == 200

    assert app.logged("transaction .*") == ["transaction not_sync HTTP 2xx"]
