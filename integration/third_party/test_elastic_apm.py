"""Elastic's extension in an enabled app, on every Python."""

from pathlib import Path

import pytest
from functions_host.client import LoadedApp

from integration.catalog import APPS
from integration.running_app import RunningApp, on_app

on_elastic_apm = on_app("elastic_apm")


@on_elastic_apm
@pytest.mark.parametrize(
    ("path", "function", "status"), [("sync", "sync", 201), ("async", "not_sync", 200)]
)
def test_invocation_is_a_transaction_and_timed(
    app: RunningApp, path: str, function: str, status: int
) -> None:
    assert app.get(f"/api/{path}").status == status

    assert app.logged("transaction .*") == [f"transaction {function} HTTP 2xx"]
    assert len(app.logged(f"Time taken to execute {function} is")) == 1


@on_elastic_apm
def test_failure_is_timed(app: RunningApp) -> None:
    assert app.get("/api/raises").status == 500

    assert len(app.logged(r"Time taken to execute raises is .* \(failed: ValueError\)")) == 1


@pytest.fixture
def functions_app_folder() -> Path:
    return APPS["elastic_apm"]


@pytest.mark.parametrize("number", [1, 2])
def test_each_app_of_a_process_is_traced(functions_app: LoadedApp, number: int) -> None:
    assert functions_app.get("/api/sync").status_code == 201
    assert functions_app.get("/api/async").status_code == 200

    logged = [line.partition("INFO: ")[2] for line in functions_app.logs if "transaction " in line]
    assert logged == ["transaction sync HTTP 2xx", "transaction not_sync HTTP 2xx"]
