"""Without `enable_extensions`, the worker is left alone, and from Python 3.13 on calls none."""

import re

from integration.served import SUFFIX, ServedApp, on_app

pytestmark = on_app("not_enabled_v1", "not_enabled_v2")


def test_text_ends_in_the_elapsed_time_where_the_worker_calls_extensions(
    served: ServedApp,
) -> None:
    response = served.get("/api/HttpTrigger")

    suffix = SUFFIX if served.worker_calls_hooks else ""
    assert re.fullmatch("Hello" + suffix, response.data.decode())
    assert len(served.logged("Time taken to execute")) == served.worker_calls_hooks


def test_failure_is_not_timed(served: ServedApp) -> None:
    assert served.get("/api/HttpTrigger?boom=1").status == 500

    assert served.logged("Time taken to execute") == []


def test_one_warning_says_what_to_write_where_the_worker_calls_no_extensions(
    running: ServedApp,
) -> None:
    running.remember_log()

    warnings = running.logged(r"RuntimeWarning: TimerExtension is configured and never called: .*")
    assert len(warnings) == (not running.worker_calls_hooks)
    assert all("app = enable_extensions(func.FunctionApp())" in warning for warning in warnings)
