"""The OpenCensus extension of the tutorial in an enabled app, on every Python."""

import pytest

from integration.served import ServedApp, on_app

pytestmark = on_app("opencensus")


@pytest.mark.parametrize("function", ["sync", "async"])
def test_span_is_of_the_hosts_trace(served: ServedApp, function: str) -> None:
    response = served.get(f"/api/{function}")

    assert response.status == 200
    _, trace, _, _ = response.data.decode().split("-")
    assert served.logged("span .*") == [f"span teapot of trace {trace}"]
