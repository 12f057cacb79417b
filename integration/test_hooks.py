"""When which hook is called, with what: by the worker, or from 3.13 on by the enabled app."""

from typing import List

from integration.served import ServedApp, on_app

pytestmark = on_app("hooks_v1")


def test_function_hooks_run_inside_app_hooks_in_order_of_registration(served: ServedApp) -> None:
    assert _events_of(served, "Hello") == [
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


def test_hooks_of_an_async_function_run_on_its_loop(served: ServedApp) -> None:
    assert _events_of(served, "HelloAsync") == [
        "first app pre, main thread",
        "second app pre",
        "HelloAsync",
        "first app post, same arguments ['req']",
        "second app post, returned HttpResponse",
    ]


def test_failure_hooks_run_after_a_function_that_raises(served: ServedApp) -> None:
    assert _events_of(served, "Raises", status=500) == [
        "first app pre, pool thread",
        "second app pre",
        "own pre",
        "Raises",
        "own failed, ValueError('a function that fails')",
        "first app failed, ValueError('a function that fails'), arguments ['req']",
    ]


def test_hooks_run_before_a_bad_return_value_fails(served: ServedApp) -> None:
    assert _events_of(served, "NotEncodable", status=500) == [
        "first app pre, pool thread",
        "second app pre",
        "NotEncodable",
        "first app post, same arguments ['req']",
        "second app post, returned dict",
    ]


def test_failing_hook_is_logged_and_changes_nothing_else(served: ServedApp) -> None:
    response = served.get("/api/Hello")

    assert (response.status, response.data) == (200, b"Hello")
    assert len(served.logged_by_worker("ValueError: a hook that fails")) == 1


def _events_of(served: ServedApp, function: str, status: int = 200) -> List[str]:
    # The load hooks run by now: an enabled v1 app runs them when a function is first called.
    served.get(f"/api/{function}")
    served.get("/api/Events")
    response = served.get(f"/api/{function}")
    assert response.status == status
    events: List[str] = served.get("/api/Events").json()
    return events
