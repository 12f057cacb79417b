"""Elastic's extension in an enabled app, on every Python."""

import logging

import pytest
from functions_host.client import load_app

from integration.catalog import APPS
from integration.running_app import RunningApp, on_app

on_elastic_apm = on_app("elastic_apm")


@on_elastic_apm
def test_sync_invocation_is_a_transaction(app: RunningApp) -> None:
    assert app.get("/api/sync").status == 201

    assert app.logged("transaction .*") == ["transaction sync HTTP 2xx"]


@on_elastic_apm
def test_async_invocation_is_a_transaction(app: RunningApp) -> None:
    assert app.get("/api/async").status == 200

    assert app.logged("transaction .*") == ["transaction not_sync HTTP 2xx"]


def test_each_app_of_a_process_is_traced(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for _ in range(2):
        with load_app(APPS["elastic_apm"]) as app:
            assert app.client.get("/api/sync").status_code == 201
            assert app.client.get("/api/async").status_code == 200

    logged = [text for text in caplog.messages if text.startswith("transaction ")]
    assert logged == ["transaction sync HTTP 2xx", "transaction not_sync HTTP 2xx"] * 2
