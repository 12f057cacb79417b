"""Apps without `enable_extensions`: only the worker can run their hooks."""

import re

from integration.running_app import RunningApp, on_app
from integration.suffix import SUFFIX

pytestmark = on_app("not_enabled_v1", "not_enabled_v2")


def test_text_has_suffix_if_worker_calls_hooks(app: RunningApp) -> None:
    response = app.get("/api/HttpTrigger")

    suffix = SUFFIX if app.worker_calls_hooks else ""
    assert re.fullmatch("Hello" + suffix, response.data.decode())
    assert len(app.logged("Time taken to execute")) == app.worker_calls_hooks


def test_failure_is_not_timed(app: RunningApp) -> None:
    assert app.get("/api/HttpTrigger?boom=1").status == 500

    assert app.logged("Time taken to execute") == []


def test_one_warning_if_worker_calls_no_hooks(app: RunningApp) -> None:
    app.restore_log()

    warnings = app.logged(r"RuntimeWarning: TimerExtension is configured and never called: .*")
    assert len(warnings) == (not app.worker_calls_hooks)
    assert all("app = enable_extensions(func.FunctionApp())" in warning for warning in warnings)
