"""Functions without an HTTP trigger are timed, too."""

from integration.hosts.protocol import Feature
from integration.running_app import RunningApp, on_app

pytestmark = on_app("every_kind")


def test_timer_function_is_timed(app: RunningApp) -> None:
    app.run("tick")

    assert app.logged("tick, past due: False") == ["tick, past due: False"]
    assert len(app.logged("Time taken to execute tick is")) == 1


def test_queue_function_is_timed(app: RunningApp) -> None:
    app.needs(Feature.STORAGE)
    app.run("order", "two teapots")

    assert app.logged("order: two teapots") == ["order: two teapots"]
    assert len(app.logged("Time taken to execute order is")) == 1
