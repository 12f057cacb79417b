"""The OpenCensus extension of the tutorial in an enabled app, on every Python."""

import logging

import pytest
from functions_host.client import load_app

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


# OpenCensus is archived. It imports modules that newer Pythons deprecate.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")
def test_each_app_of_a_process_is_traced(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    traces = []
    for _ in range(2):
        with load_app(APPS["opencensus"]) as app:
            assert app.problems == []
            for function in ("sync", "async"):
                answer = app.client.get(f"/api/{function}")
                assert answer.status_code == 200
                traces.append(answer.text.split("-")[1])

    logged = [text for text in caplog.messages if text.startswith("span ")]
    assert logged == [f"span teapot of trace {trace}" for trace in traces]
