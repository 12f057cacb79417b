"""All tests share one browser, and each test has its own host."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Iterator

import pytest
from browser.chrome import NoBrowserError, open_browser
from host_apps import v2, write_app
from host_process import Process
from selenium.webdriver import Chrome

from integration.hosts.availability import is_ci

# The tutorial's function, with the time in the body and in a header.
APP = """
from python_worker_extension_timer import TimerExtension, enable_extensions

TimerExtension.configure(append_to_http_response=True, server_timing=True)
enable_extensions(app)

@app.route("HttpTrigger")
def HttpTrigger(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(f"Hello, {req.params.get('name')}.")

@app.route("Fails")
def Fails(req: func.HttpRequest) -> func.HttpResponse:
    raise ValueError("no <b>bold</b>")

@app.route("Echo", methods=["post"])
def Echo(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(f"{req.headers.get('x-mine')} {req.get_body().decode()}")

@app.route("items/{id:int}")
def Item(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(req.route_params["id"])

@app.schedule(schedule="0 0 * * * *", arg_name="timer")
def Hourly(timer: func.TimerRequest) -> None:
    pass
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--picture", type=Path, help="where to save pictures of the host's page")


@pytest.fixture(scope="session")
def browser() -> Iterator[Chrome]:
    try:
        with open_browser() as browser:
            yield browser
    except NoBrowserError as error:
        if is_ci():
            pytest.fail(f"CI must be able to run the tests in a browser: {error}")
        pytest.skip(str(error))


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Process]:
    host = Process(write_app(tmp_path, v2(APP)))
    yield host
    host.kill()


@pytest.fixture
def other_origin(tmp_path: Path) -> Iterator[str]:
    """Serve the files in the folder `other` from another origin, and return its address."""
    folder = tmp_path / "other"
    folder.mkdir()
    handler = partial(_QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_request(self, *args: object) -> None:
        pass
