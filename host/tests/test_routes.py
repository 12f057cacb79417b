from __future__ import annotations

from typing import Any, ClassVar, Dict, List, Optional

import pytest
from functions_host.definitions import Binding, Function
from functions_host.errors import HostError
from functions_host.route_table import RouteTable
from functions_host.routes import Route
from host_apps import HTTP, HTTP_OUT, v1
from host_fixtures import LoadFiles

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
        (
            "guid",
            ["0f8fad5b-d9cb-469f-a165-70867728950e", "{0F8FAD5BD9CB469FA16570867728950E}"],
            ["0f8fad5b"],
        ),
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
        ("/x", "has an empty segment. Remove the extra '/'."),
        ("api//{*route}", "has an empty segment. AsgiFunctionApp and WsgiFunctionApp need"),
        ("b/../c", "has a segment . or .., which clients remove"),
        ("./c", "has a segment . or .., which clients remove"),
        ("\ud800x", "contains an unpaired surrogate"),
        ("a/{", "has an unpaired brace"),
        ("a/}", "has an unpaired brace"),
        ("a/{}", "has a parameter without a name"),
        ("a/{x}/{X}", "has {X} twice"),
        ("a/{x:int", "has an unpaired brace"),
        ("a/{x:int!}", "has a bad parameter"),
        ("a/{*x?}", "has a bad parameter"),
        ("a/{*x}/b", "has something after or beside {*x}. Make it the last segment."),
        ("a/b{*x}", "has something after or beside {*x}. Make it the last segment."),
        ("a/{x}{y}", "has two adjacent parameters"),
        ("a?b", "has a '?' outside of a parameter"),
        ("a/{x?}.b", "has an optional parameter inside '{x?}.b'. Put it at the end of the segment"),
        ("a/{x}-{y?}", "has an optional parameter inside '{x}-{y?}'."),
        ("a/{x}-.{y?}", "has an optional parameter inside '{x}-.{y?}'."),
        ("a/{x}{y?}", "has two adjacent parameters"),
    ],
)
def test_invalid_template_is_refused(template: str, part: str) -> None:
    with pytest.raises(HostError) as caught:
        Route(template)

    assert str(caught.value).startswith(f"Route {template!r} {part}")


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("f/{name}.{ext?}", "/f/a.txt", {"name": "a", "ext": "txt"}),
        ("f/{name}.{ext?}", "/f/a", {"name": "a"}),
        ("f/{name}.{ext?}", "/F/a/", {"name": "a"}),
        ("f/{name}.{ext?}", "/f/a.b.c", {"name": "a.b", "ext": "c"}),
        ("f/{name}.{ext?}", "/f/a..b", {"name": "a.", "ext": "b"}),
        ("f/{name}.{ext?}", "/f/....", {"name": "..", "ext": "."}),
        ("f/{name}.{ext?}", "/f/.b", {"name": ".b"}),
        ("f/{name}.{ext?}", "/f/a.", None),
        ("f/{name}.{ext?}", "/f/.", None),
        ("f/{name}.{ext?}", "/f", None),
        ("f/{name:alpha}.{ext:int?}", "/f/a.1", {"name": "a", "ext": "1"}),
        ("f/{name:alpha}.{ext:int?}", "/f/a.b", None),
        ("f/{a}.{b}.{c?}", "/f/1.2", {"a": "1", "b": "2"}),
        ("f/{a}.{b}.{c?}", "/f/1", None),
        ("f/x.{a}.{b?}", "/f/x.1", {"a": "1"}),
        ("f/.{ext?}", "/f/.txt", {"ext": "txt"}),
        ("f/.{ext?}", "/f", None),
        ("{a}.{b?}/{c}", "/1.2/3", {"a": "1", "b": "2", "c": "3"}),
        ("{a}.{b?}/{c}.{d?}", "/1/3", {"a": "1", "c": "3"}),
    ],
)
def test_optional_extension_matches_as_in_aspnet(
    template: str, path: str, values: Optional[Dict[str, str]]
) -> None:
    """Follows RoutePatternMatcherTest.cs of ASP.NET Core, which refuses a period at the end."""
    assert Route(template).match(path) == values


@pytest.mark.parametrize(
    "constraint", ["integer", "min(a)", "length(1,2,3)", "range(1)", "min", "int(1)", "regex([)"]
)
def test_invalid_constraint_is_refused(constraint: str) -> None:
    template = f"a/{{x:{constraint}}}"

    with pytest.raises(HostError) as caught:
        Route(template)

    assert str(caught.value).startswith(
        f"Route {template!r}: invalid constraint {constraint!r}. Choose from: alpha, bool, "
    )


def http(**settings: Any) -> Dict[str, Any]:
    return {**HTTP, **settings}


NAME = "def main(req):\n    return func.HttpResponse(__name__.rpartition('.')[2])\n"
VALUE = "def main(req):\n    return func.HttpResponse(req.route_params['x'])\n"


TEMPLATES = [
    "", "api/hello", "API/Hello/{b}", "{a}/hello", "api/a/{b?}", "api/{{b}}", "api/\u017fk",
]  # fmt: skip
PATHS = [
    "/", "/api/hello", "/API/HELLO/", "/api/hello/x", "/x/hello", "/api/a", "/api/a/b", "/api/{b}",
    "/api/sk", "/api/S\u212a", "/api/\u017f", "/api//hello", "//", "/api" + 9 * "/x",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_table_finds_the_first_route_that_matches(path: str) -> None:
    trigger = Binding("req", "httpTrigger", "in", {"methods": ["get"]})
    functions = [Function(template, [trigger], Route(template), False) for template in TEMPLATES]
    matches = [(function, function.route.match(path)) for function in functions if function.route]

    found = RouteTable(functions).find(path, "Get")

    assert found == next((match for match in matches if match[1] is not None), None)
    assert RouteTable(functions).find(path, "POST") is None


class RecordingRoute(Route):
    tried: ClassVar[List[str]] = []

    def match(self, path: str) -> Optional[Dict[str, str]]:
        self.tried.append(self.template)
        return super().match(path)


def test_table_tries_only_routes_that_may_match(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RecordingRoute, "tried", [])
    trigger = Binding("req", "httpTrigger", "in", {})
    templates = [f"api/items{n}/{{id}}" for n in range(100)]
    functions = [Function(text, [trigger], RecordingRoute(text), False) for text in templates]

    found = RouteTable(functions).find("/api/Items7/x", "GET")

    assert found == (functions[7], {"id": "x"})
    assert RecordingRoute.tried == ["api/items7/{id}"]


def test_first_function_by_name_wins(load_files: LoadFiles) -> None:
    files = {
        **v1("zzz", NAME, http(), HTTP_OUT),
        **v1("Aaa", NAME, http(route="{*rest}"), HTTP_OUT),
        **v1("bbb", NAME, http(route="bbb"), HTTP_OUT),
    }
    app = load_files(files)

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
    load_files: LoadFiles, methods: Optional[List[str]], method: str, status: int
) -> None:
    settings = {} if methods is None else {"methods": methods}
    app = load_files(v1("Hello", NAME, http(**settings), HTTP_OUT))

    response = app.client.open("/api/Hello", method=method)

    assert response.status_code == status
    assert "Allow" not in response.headers


def test_two_functions_share_a_route_with_different_methods(load_files: LoadFiles) -> None:
    files = {
        **v1("Read", NAME, http(route="x", methods=["get"]), HTTP_OUT),
        **v1("Write", NAME, http(route="x", methods=["post"]), HTTP_OUT),
    }
    app = load_files(files)

    assert app.problems == []
    assert [app.client.get("/api/x").text, app.client.post("/api/x").text] == ["Read", "Write"]


@pytest.mark.parametrize("route", [None, ""])
def test_route_is_the_functions_name_by_default(
    load_files: LoadFiles, route: Optional[str]
) -> None:
    settings = {} if route is None else {"route": route}
    app = load_files(v1("Hello", NAME, http(**settings), HTTP_OUT))

    assert app.client.get("/api/hello").text == "Hello"


@pytest.mark.parametrize(
    ("prefix", "path"),
    [
        ("", "/hello"),
        (None, "/hello"),
        ("v1/things", "/v1/things/hello"),
        ("/x/", "/x/hello"),
    ],
)
def test_prefix_comes_from_host_json(
    load_files: LoadFiles, prefix: Optional[str], path: str
) -> None:
    host = {"version": "2.0", "extensions": {"http": {"routePrefix": prefix}}}
    client = load_files(v1("Hello", NAME), host=host).client

    others = {"/hello", "/api/hello"} - {path}
    assert client.get(path).text == "Hello"
    assert [client.get(other).status_code for other in others] == [404] * len(others)


@pytest.mark.parametrize("route", ["{*rest}", "/{*rest}"])
def test_catch_all_without_prefix_gets_the_homepage_too(load_files: LoadFiles, route: str) -> None:
    host = {"version": "2.0", "extensions": {"http": {"routePrefix": ""}}}
    files = v1("Hello", NAME, http(route=route), HTTP_OUT)
    app = load_files(files, host=host)

    assert [app.client.get(path).text for path in ("/", "/a/b")] == ["Hello"] * 2
    assert app.client.post("/admin/host/ping").status_code == 200


def test_values_are_decoded_except_an_encoded_slash(load_files: LoadFiles) -> None:
    app = load_files(v1("Hello", VALUE, http(route="{x}"), HTTP_OUT))

    assert app.client.get("/api/a%20b%2Fc").text == "a b%2Fc"
    assert app.client.get("/api/a%2fc").text == "a%2fc"
