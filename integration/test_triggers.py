"""Functions that no HTTP request sets off are timed all the same."""

from integration.served import ServedApp, on_app

pytestmark = on_app("every_kind")


def test_timer_function_is_timed(served: ServedApp) -> None:
    served.run("tick")

    assert served.logged("tick, past due: False") == ["tick, past due: False"]
    assert len(served.logged("Time taken to execute tick is")) == 1


def test_queue_function_is_timed(served: ServedApp) -> None:
    served.needs_storage()
    served.run("order", "two teapots")

    assert served.logged("order: two teapots") == ["order: two teapots"]
    assert len(served.logged("Time taken to execute order is")) == 1
