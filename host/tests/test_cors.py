"""Cross-origin requests, as Core Tools allow them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

import pytest
from functions_host.client import LoadedApp
from host_apps import v1, write_app

Load = Callable[[Path], LoadedApp]
ONE, TWO = "http://localhost:3000", "https://b.example"
PREFLIGHT = {
    "Access-Control-Request-Method": "PUT",
    "Access-Control-Request-Headers": "x-a, Content-Type",
}
HELLO = """
def main(req):
    return func.HttpResponse("hello", headers={"Access-Control-Allow-Origin": "of the app"})
"""


def load_with(root: Path, load: Load, **host: Any) -> LoadedApp:
    write_app(root, v1("Hello", HELLO))
    settings = {"IsEncrypted": False, "Host": host}
    (root / "local.settings.json").write_text(json.dumps(settings))
    return load(root)


def get_cors_headers(headers: Any) -> Dict[str, str]:
    return {
        name.title(): value
        for name, value in headers.items()
        if name.title() == "Vary" or name.title().startswith("Access-Control-")
    }


@pytest.mark.parametrize(
    ("host", "origin", "expected"),
    [
        ({"CORS": ONE}, ONE, [("Allow-Origin", ONE)]),
        ({"CORS": ONE.upper()}, ONE, [("Allow-Origin", ONE)]),
        (
            {"CORS": f"{ONE},{TWO}", "CORSCredentials": True},
            TWO,
            [("Allow-Origin", TWO), ("Allow-Credentials", "true"), ("Vary", "Origin")],
        ),
        ({"CORS": "*"}, ONE, [("Allow-Origin", "*")]),
        ({"CORS": ONE}, TWO, [("Allow-Origin", "of the app")]),
        ({"CORS": f"{ONE}/"}, ONE, [("Allow-Origin", "of the app")]),
        ({"CORS": f"{TWO}, {ONE}"}, ONE, [("Allow-Origin", "of the app")]),
        ({"CORS": "*"}, "", [("Allow-Origin", "of the app")]),
        ({}, ONE, [("Allow-Origin", "of the app")]),
    ],
)
def test_allowed_origin_may_read_responses(
    tmp_path: Path,
    load: Load,
    host: Dict[str, Any],
    origin: str,
    expected: List[Tuple[str, str]],
) -> None:
    app = load_with(tmp_path, load, **host)

    response = app.client.get("/api/Hello", headers={"Origin": origin})

    assert response.text == "hello"
    assert get_cors_headers(response.headers) == {
        name if name == "Vary" else f"Access-Control-{name}": value for name, value in expected
    }


@pytest.mark.parametrize("path", ["/api/Hello", "/api/nowhere", "/", "/admin/functions/Hello"])
def test_preflight_is_answered_by_the_host(tmp_path: Path, load: Load, path: str) -> None:
    app = load_with(tmp_path, load, CORS=ONE, CORSCredentials=True)

    response = app.client.options(path, headers={"Origin": ONE, **PREFLIGHT})

    assert (response.status_code, response.data) == (204, b"")
    assert get_cors_headers(response.headers) == {
        "Access-Control-Allow-Origin": ONE,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "PUT",
        "Access-Control-Allow-Headers": "x-a,Content-Type",
    }
    assert app.requests[-1].function is None


def test_preflight_of_other_origin_allows_nothing(tmp_path: Path, load: Load) -> None:
    app = load_with(tmp_path, load, CORS=ONE)

    response = app.client.options("/api/Hello", headers={"Origin": TWO, **PREFLIGHT})

    assert (response.status_code, get_cors_headers(response.headers)) == (204, {})


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        pytest.param({"CORS": ONE}, {}, id="none"),
        pytest.param({"CORS": ONE}, {"Origin": ONE}, id="no method"),
        pytest.param({"CORS": ONE}, PREFLIGHT, id="no origin"),
        pytest.param({}, {"Origin": ONE, **PREFLIGHT}, id="no CORS"),
    ],
)
def test_other_options_request_reaches_the_function(
    tmp_path: Path, load: Load, host: Dict[str, str], headers: Dict[str, str]
) -> None:
    app = load_with(tmp_path, load, **host)

    assert app.client.options("/api/Hello", headers=headers).text == "hello"


def test_error_carries_the_headers(tmp_path: Path, load: Load) -> None:
    app = load_with(tmp_path, load, CORS=ONE)

    response = app.client.get("/api/nowhere", headers={"Origin": ONE})

    assert response.headers["Access-Control-Allow-Origin"] == ONE


@pytest.mark.parametrize("path", ["/", "/admin/host/calls", "/admin/functions"])
def test_allowed_origin_does_not_get_the_page(tmp_path: Path, load: Load, path: str) -> None:
    app = load_with(tmp_path, load, CORS=ONE)

    assert app.client.get(path, headers={"Origin": ONE}).status_code == 403
