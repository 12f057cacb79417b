"""Durable Functions 1.x or 2.x in an enabled app: every kind of function works, and is timed."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.metadata import version
from typing import Any

import pytest

from integration.running_app import RunningApp, on_app

pytestmark = on_app("durable")

# 2.x needs Python 3.13.
MESSAGES: Any = import_module(
    f"integration.third_party.durable_{version('azure-functions-durable').partition('.')[0]}"
)


@pytest.mark.parametrize("function", MESSAGES.CALLS)
def test_durable_function_works_and_is_timed(app: RunningApp, function: str) -> None:
    given, pattern = MESSAGES.CALLS[function]

    app.run(function, given)

    (returned,) = app.logged("returned to its trigger: .*")
    output = MESSAGES.read_output(function, returned.partition(": ")[2])
    assert re.search(pattern, output)
    assert len(app.logged(rf"Time taken to execute {function} is \d+\.\d{{6}} sec")) == 1


def test_orchestrator_without_its_input_needs_another_host(app: RunningApp) -> None:
    app.run("orchestrate", "hello")

    assert app.logged("The input of this trigger comes from the Durable Functions extension")
