"""Elastic's extension in an enabled app, on every Python."""

from integration.served import ServedApp, on_app

pytestmark = on_app("elastic_apm")


def test_sync_invocation_is_a_transaction(served: ServedApp) -> None:
    assert served.get("/api/sync").status == 201

    assert served.logged("transaction .*") == ["transaction sync HTTP 2xx"]


def test_async_invocation_is_a_transaction(served: ServedApp) -> None:
    assert served.get("/api/async").status == 200

    assert served.logged("transaction .*") == ["transaction not_sync HTTP 2xx"]
