"""The OpenCensus extension of the tutorial in an enabled app, on every Python."""

import pytest

from integration.running_app import RunningApp, on_app

pytestmark = on_app("opencensus")


@pytest.mark.parametrize("function", ["sync", "async"])
def test_span_belongs_to_trace_of_host(app: RunningApp, function: str) -> None:
    response = app.get(f"/api/{function}")

    assert response.status == 200
    _, trace, _, _ = response.data.decode().split("-")
    assert app.logged("span .*") == [f"span teapot of trace {trace}"]
