from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import pytest
from functions_host.client import LoadedApp
from functions_host.errors import HostError
from functions_host.routes import Route
from host_apps import HTTP, HTTP_OUT, v1, write_app

Load = Callable[[Path], LoadedApp]
NOTHING: Dict[str, str] = {}


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("api/hello", "/api/hello", NOTHING),
        ("api/hello", "/API/Hello", NOTHING),
        ("api/hello", "/api/hello/", NOTHING),
        ("api/hello", "/api/hello/x", None),
        ("api/hello", "/api", None),
        ("api/{id}", "/api/7", {"id": "7"}),
        ("api/{id}", "/api/a b", {"id": "a b"}),
        ("api/{id}", "/api/a/b", None),
        ("api/{id}", "/api/", None),
        ("api/{id?}", "/api", NOTHING),
        ("api/{id?}", "/api/7", {"id": "7"}),
        ("api/{id=5}", "/api", {"id": "5"}),
        ("api/{id:int=5}", "/api/7", {"id": "7"}),
        ("api/{*rest}", "/api", NOTHING),
        ("api/{*rest}", "/api/a/b/", {"rest": "a/b/"}),
        ("api/{**rest}", "/api/a/b", {"rest": "a/b"}),
        ("api/a-{b}.{c}", "/api/a-x.y.z", {"b": "x.y", "c": "z"}),
        ("api/a-{b}.{c}", "/api/a-x", None),
        ("api/{{b}}", "/api/{b}", NOTHING),
        ("api/{year:int:min(2000)}/{m}", "/api/2026/11", {"year": "2026", "m": "11"}),
        ("api/{year:int:min(2000)}/{m}", "/api/1999/11", None),
        ("api/{x:regex(^\\d{{3}}$)}", "/api/123", {"x": "123"}),
        ("api/{x:regex(^\\d{{3}}$)}", "/api/1234", None),
        ("api/{x:regex(^(a|b)$)}", "/api/B", {"x": "B"}),
        ("{a}", "/x", {"a": "x"}),
        ("", "/", NOTHING),
    ],
)
def test_template_matches_as_in_asp_net(
    template: str, path: str, values: Optional[Dict[str, str]]
) -> None:
    assert Route(template).match(path) == values


@pytest.mark.parametrize(
    ("constraint", "accepted", "refused"),
    [
        ("int", ["7", "-7", "+7"], ["7.5", "x", "2147483648"]),
        ("long", ["2147483648"], ["9223372036854775808", "x"]),
        ("bool", ["true", "FALSE"], ["1", "yes"]),
        ("datetime", ["2026-11-24", "2026-11-24 1:30PM"], ["2026-13-01", "today"]),
        ("decimal", ["1.5", "-1", "1,000.5"], ["x"]),
        ("double", ["1.5e3"], ["x"]),
        ("float", [".5"], ["."]),
        ("guid", ["0f8fad5b-d9cb-469f-a165-70867728950e"], ["0f8fad5b"]),
        ("alpha", ["abc", "ABC"], ["a1"]),
        ("length(3)", ["abc"], ["ab", "abcd"]),
        ("length(2,3)", ["ab", "abc"], ["a", "abcd"]),
        ("minlength(2)", ["ab"], ["a"]),
        ("maxlength(2)", ["ab"], ["abc"]),
        ("min(18)", ["18"], ["17", "x"]),
        ("max(18)", ["18"], ["19", "x"]),
        ("range(1,5)", ["1", "5"], ["0", "6", "x"]),
        ("required", ["x"], []),
    ],
)
def test_constraint_accepts_and_refuses(
    constraint: str, accepted: List[str], refused: List[str]
) -> None:
    route = Route(f"{{x:{constraint}}}")

    assert [text for text in accepted + refused if route.match(f"/{text}")] == accepted


@pytest.mark.parametrize(
    ("template", "part"),
    [
        ("api//x", "has an empty segment"),
        ("/x", "has an empty segment"),
        ("b/../c", "has a segment that clients remove"),
        ("./c", "has a segment that clients remove"),
        ("\ud800x", "has half a character"),
        ("a/{", "has an unpaired brace"),
        ("a/}", "has an unpaired brace"),
        ("a/{}", "has a parameter without a name"),
        ("a/{x}/{X}", "has {X} twice"),
        ("a/{x:int", "has an unpaired brace"),
        ("a/{x:integer}", "has no valid constraint 'integer'. There are: alpha, bool"),
        ("a/{x:min(a)}", "has no valid constraint 'min(a)'"),
        ("a/{x:length(1,2,3)}", "has no valid constraint"),
        ("a/{x:regex(()}", "has no valid constraint 'regex'"),
        ("a/{x:int!}", "has a bad parameter"),
    ],
)
def test_what_is_no_template_is_refused(template: str, part: str) -> None:
    with pytest.raises(HostError) as caught:
        Route(template)

    assert str(caught.value).startswith(f"Route {template!r} {part}")


def http(**settings: Any) -> Dict[str, Any]:
    return {**HTTP, **settings}


NAME = "def main(req):\n    return func.HttpResponse(__name__.rpartition('.')[2])\n"
VALUE = "def main(req):\n    return func.HttpResponse(req.route_params['x'])\n"


def test_first_function_by_name_wins_not_the_most_specific_route(
    tmp_path: Path, load: Load
) -> None:
    files = {
        **v1("zzz", NAME, http(), HTTP_OUT),
        **v1("Aaa", NAME, http(route="{*rest}"), HTTP_OUT),
        **v1("bbb", NAME, http(route="bbb"), HTTP_OUT),
    }
    app = load(write_app(tmp_path, files))

    assert [app.client.get(f"/api/{path}").text for path in ("zzz", "bbb")] == ["Aaa", "Aaa"]


@pytest.mark.parametrize(
    ("methods", "method", "status"),
    [
        (["get", "POST"], "GET", 200),
        (["get", "POST"], "POST", 200),
        (["get", "POST"], "PUT", 404),
        (["get"], "HEAD", 404),
        (None, "HEAD", 200),
        (None, "OPTIONS", 200),
        ([], "GET", 404),
    ],
)
def test_wrong_method_is_not_found(
    tmp_path: Path, load: Load, methods: Optional[List[str]], method: str, status: int
) -> None:
    settings = {} if methods is None else {"methods": methods}
    app = load(write_app(tmp_path, v1("Hello", NAME, http(**settings), HTTP_OUT)))

    response = app.client.open("/api/Hello", method=method)

    assert response.status_code == status
    assert "Allow" not in response.headers


def test_two_functions_share_a_route_with_different_methods(tmp_path: Path, load: Load) -> None:
    files = {
        **v1("Read", NAME, http(route="x", methods=["get"]), HTTP_OUT),
        **v1("Write", NAME, http(route="x", methods=["post"]), HTTP_OUT),
    }
    app = load(write_app(tmp_path, files))

    assert app.problems == []
    assert [app.client.get("/api/x").text, app.client.post("/api/x").text] == ["Read", "Write"]


@pytest.mark.parametrize("route", [None, ""])
def test_route_is_the_functions_name_by_default(
    tmp_path: Path, load: Load, route: Optional[str]
) -> None:
    settings = {} if route is None else {"route": route}
    app = load(write_app(tmp_path, v1("Hello", NAME, http(**settings), HTTP_OUT)))

    assert app.client.get("/api/hello").text == "Hello"


@pytest.mark.parametrize(
    ("prefix", "path"),
    [
        ("", "/hello"),
        (None, "/api/hello"),
        ("v1/things", "/v1/things/hello"),
        ("/x/", "/x/hello"),
    ],
)
def test_prefix_is_the_one_of_host_json(
    tmp_path: Path, load: Load, prefix: Optional[str], path: str
) -> None:
    host = {"version": "2.0", "extensions": {"http": {"routePrefix": prefix}}}
    client = load(write_app(tmp_path, v1("Hello", NAME), host=host)).client

    others = {"/hello", "/api/hello"} - {path}
    assert client.get(path).text == "Hello"
    assert [client.get(other).status_code for other in others] == [404] * len(others)


def test_environment_wins_over_host_json(
    tmp_path: Path, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AzureFunctionsJobHost__extensions__http__routePrefix", "env")
    host = {"version": "2.0", "extensions": {"http": {"routePrefix": "file"}}}
    app = load(write_app(tmp_path, v1("Hello", NAME), host=host))

    assert app.client.get("/env/hello").text == "Hello"


def test_catch_all_without_prefix_gets_the_homepage_too(tmp_path: Path, load: Load) -> None:
    host = {"version": "2.0", "extensions": {"http": {"routePrefix": ""}}}
    files = v1("Hello", NAME, http(route="{*rest}"), HTTP_OUT)
    app = load(write_app(tmp_path, files, host=host))

    assert app.client.get("/").text == "Hello"
    assert app.client.post("/admin/host/ping").status_code == 200


def test_route_without_prefix_may_start_with_a_slash(tmp_path: Path, load: Load) -> None:
    files = v1("Hello", NAME, http(route="/{*rest}"), HTTP_OUT)
    host = {"version": "2.0", "extensions": {"http": {"routePrefix": ""}}}
    app = load(write_app(tmp_path, files, host=host))

    assert app.client.get("/a/b").text == "Hello"


def test_values_are_decoded_but_for_a_slash(tmp_path: Path, load: Load) -> None:
    app = load(write_app(tmp_path, v1("Hello", VALUE, http(route="{x}"), HTTP_OUT)))

    assert app.client.get("/api/a%20b%2Fc").text == "a b%2Fc"
    assert app.client.get("/api/a%2fc").text == "a%2fc"
