"""An app with parameters such as BlobClient loads, and each call reports what this host lacks."""

from __future__ import annotations

import pytest

from integration.running_app import RunningApp, on_app

pytestmark = on_app("deferred")


def test_other_functions_of_the_app_run(app: RunningApp) -> None:
    assert app.get("/api/hello").data == b"hello"
    assert len(app.logged("Time taken to execute hello is")) == 1


@pytest.mark.parametrize(
    ("function", "parameter"),
    [("listed", "container (blob)"), ("uploaded", "client (blobTrigger)")],
)
def test_call_says_what_is_missing(app: RunningApp, function: str, parameter: str) -> None:
    if function == "listed":
        assert app.get("/api/listed").status == 500
    else:
        app.run(function, "content")

    assert (
        f"Parameter {parameter} of function {function} has a type of an SDK extension, and only "
        "Microsoft's host has its value. Run the app with func start or in the container."
    ) in app.output()
