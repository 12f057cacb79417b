"""The sample apps, on any host."""

from integration.catalog import SAMPLES
from integration.running_app import RunningApp, on_app

pytestmark = on_app(*SAMPLES)
LOGGED = r"^HttpTrigger (?:starts|has returned|has raised .*)$"


def test_return_is_logged(app: RunningApp) -> None:
    response = app.get("/api/HttpTrigger?name=Ada")

    assert (response.status, response.data) == (200, b"Hello, Ada.")
    assert app.logged(LOGGED) == ["HttpTrigger starts", "HttpTrigger has returned"]


def test_exception_is_logged(app: RunningApp) -> None:
    response = app.get("/api/HttpTrigger")

    assert response.status == 500
    assert app.logged(LOGGED) == ["HttpTrigger starts", "HttpTrigger has raised KeyError"]
