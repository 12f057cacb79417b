"""
Order and arguments of the hooks.

Up to Python 3.12, the worker calls them. From 3.13 on, the enabled app calls them.
"""

from typing import List

from integration.hosts.protocol import Feature
from integration.running_app import RunningApp, on_app

pytestmark = on_app("hooks_v1")


def test_function_hooks_run_inside_app_hooks(app: RunningApp) -> None:
    assert _find_events(app, "Hello") == [
        "first app pre, pool thread",
        "second app pre",
        "first pre",
        "second pre",
        "Hello",
        "first post",
        "second post",
        "first app post, same arguments ['context', 'req']",
        "second app post, returned HttpResponse",
    ]


def test_hooks_of_async_function_run_on_loop(app: RunningApp) -> None:
    assert _find_events(app, "HelloAsync") == [
        "first app pre, main thread",
        "second app pre",
        "HelloAsync",
        "first app post, same arguments ['req']",
        "second app post, returned HttpResponse",
    ]


def test_failure_hooks_run_after_exception(app: RunningApp) -> None:
    assert _find_events(app, "Raises", status=500) == [
        "first app pre, pool thread",
        "second app pre",
        "own pre",
        "Raises",
        "own failed, ValueError('a function that fails')",
        "first app failed, ValueError('a function that fails'), arguments ['req']",
    ]


def test_hooks_run_before_bad_return_value_fails(app: RunningApp) -> None:
    assert _find_events(app, "NotEncodable", status=500) == [
        "first app pre, pool thread",
        "second app pre",
        "NotEncodable",
        "first app post, same arguments ['req']",
        "second app post, returned dict",
    ]


def test_failing_hook_is_logged_and_ignored(app: RunningApp) -> None:
    app.needs(Feature.SYSTEM_LOGS)
    response = app.get("/api/Hello")

    assert (response.status, response.data) == (200, b"Hello")
    assert len(app.logged("ValueError: a hook that fails")) == 1


def _find_events(app: RunningApp, function: str, status: int = 200) -> List[str]:
    # An enabled v1 app runs load hooks on the first call, so call each function once first.
    app.get(f"/api/{function}")
    app.get("/api/Events")
    response = app.get(f"/api/{function}")
    assert response.status == status
    events: List[str] = app.get("/api/Events").json()
    return events
