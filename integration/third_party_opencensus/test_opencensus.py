"""The OpenCensus extension of the tutorial in an enabled app, on every Python."""

from pathlib import Path

import pytest
from functions_host.client import LoadedApp

from integration.catalog import APPS
from integration.running_app import RunningApp, on_app

on_opencensus = on_app("opencensus")


@on_opencensus
@pytest.mark.parametrize("function", ["sync", "async"])
def test_span_belongs_to_trace_of_host(app: RunningApp, function: str) -> None:
    response = app.get(f"/api/{function}")

    assert response.status == 200
    _, trace, _, _ = response.data.decode().split("-")
    assert app.logged("span .*") == [f"span teapot of trace {trace}"]
    assert len(app.logged(r"Time taken to execute (not_)?sync is")) == 1


@on_opencensus
def test_failure_is_timed(app: RunningApp) -> None:
    assert app.get("/api/raises").status == 500

    assert len(app.logged(r"Time taken to execute raises is .* \(failed: ValueError\)")) == 1


@pytest.fixture
def functions_app_folder() -> Path:
    return APPS["opencensus"]


# OpenCensus is archived. It imports modules that newer Pythons deprecate.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")
@pytest.mark.parametrize("number", [1, 2])
def test_each_app_of_a_process_is_traced(functions_app: LoadedApp, number: int) -> None:
    answers = [functions_app.get(f"/api/{function}") for function in ("sync", "async")]

    traces = [answer.text.split("-")[1] for answer in answers]
    logged = [line.partition("INFO: ")[2] for line in functions_app.logs if "span " in line]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert logged == [f"span teapot of trace {trace}" for trace in traces]
