"""What is declared of functions: broken declarations put their function in error, and only it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict, List

import pytest
from functions_host.client import LoadedApp
from host_apps import HTTP, HTTP_OUT, v1, write_app

Load = Callable[[Path], LoadedApp]
MAIN = "def main(req):\n    return func.HttpResponse('hello')\n"


def problem(tmp_path: Path, load: Load, *bindings: Any, **metadata: Any) -> str:
    """Return what is wrong with a function beside which another one works."""
    files = {**v1("Broken", MAIN, *bindings, **metadata), **v1("Works", MAIN)}
    app = load(write_app(tmp_path, files))
    assert app.client.get("/api/Broken").status_code == 404
    assert app.client.get("/api/Works").data == b"hello"
    (text,) = app.problems
    return text


@pytest.mark.parametrize(
    ("bindings", "text"),
    [
        pytest.param(
            [HTTP_OUT],
            "Function Broken has no trigger. Add a binding such as httpTrigger.",
            id="no trigger",
        ),
        pytest.param(
            [HTTP, {**HTTP, "name": "other"}],
            "Function Broken has several triggers (httpTrigger, httpTrigger). Keep one.",
            id="two triggers",
        ),
        pytest.param(
            [HTTP, {**HTTP_OUT, "direction": "sideways"}],
            "Function Broken has a binding with direction 'sideways'. Use one of in, out, inout.",
            id="unknown direction",
        ),
        pytest.param(
            [HTTP, {**HTTP_OUT, "direction": "in"}],
            "Function Broken binds $return as 'in'. Make it out.",
            id="$return in",
        ),
        pytest.param(
            [{"direction": "in", "name": "req"}],
            "Function Broken has a binding without a type. Add its type.",
            id="no type",
        ),
        pytest.param(
            [{**HTTP, "name": "my_req"}],
            "Function Broken has a binding named 'my_req'. Use a letter, then letters and digits; "
            "Microsoft's host takes no underscore.",
            id="underscore in a name",
        ),
        pytest.param(
            [HTTP, {"type": "queue", "direction": "out", "name": "REQ"}],
            "Function Broken has two bindings named 'req'. Rename one.",
            id="a name twice",
        ),
        pytest.param(
            [HTTP, {"type": "blob", "direction": "in", "name": "blob"}],
            "Function Broken has an input binding blob (blob), which this host cannot supply. "
            "Use func start or the container for it.",
            id="input binding",
        ),
        pytest.param(
            [{**HTTP, "route": "Administrators"}],
            "Function Broken has route 'Administrators', which conflicts with the host's own. "
            "Let it start with neither admin nor runtime.",
            id="route of the host",
        ),
        pytest.param(
            [{**HTTP, "direction": "out"}],
            "Function Broken has a trigger that is 'out'. Make it in.",
            id="trigger out",
        ),
        pytest.param(
            [{**HTTP, "methods": "get"}],
            "Function Broken has methods 'get'. Write a list such as [\"get\"].",
            id="methods that are a text",
        ),
        pytest.param(
            [{**HTTP, "route": ["a"]}],
            "Function Broken has route ['a']. Write a text.",
            id="route that is a list",
        ),
        pytest.param(
            ["httpTrigger"],
            "Function Broken has a binding that is no object: 'httpTrigger'.",
            id="binding that is a text",
        ),
    ],
)
def test_broken_binding_is_named(
    tmp_path: Path, load: Load, bindings: List[Dict[str, Any]], text: str
) -> None:
    assert problem(tmp_path, load, *bindings) == text


@pytest.mark.parametrize("bindings", [[], None, "x"])
def test_missing_bindings_are_named(tmp_path: Path, load: Load, bindings: Any) -> None:
    text = problem(tmp_path, load, HTTP, bindings=bindings)

    assert text == "Function Broken has no bindings. Add at least its trigger."


def test_missing_script_is_named(tmp_path: Path, load: Load) -> None:
    text = problem(tmp_path, load, scriptFile="other.py")

    assert text == "Function Broken has scriptFile 'other.py', which is not there in the app."


@pytest.mark.parametrize("script", ["../../outside.py", "/outside.py", "folder"])
def test_script_outside_of_the_app_is_named(tmp_path: Path, load: Load, script: str) -> None:
    (tmp_path / "outside.py").write_text("def main(req): pass\n")
    root = tmp_path / "app"
    root.mkdir()

    text = problem(root, load, scriptFile=script)

    assert text == f"Function Broken has scriptFile {script!r}, which is not there in the app."


def test_script_with_a_dot_in_its_name_is_named(tmp_path: Path, load: Load) -> None:
    files = {**v1("Hello", "", scriptFile="my.script.py"), "Hello/my.script.py": MAIN}

    (text,) = load(write_app(tmp_path, files)).problems

    assert text.endswith("my.script.py cannot be imported with a dot in its name. Rename it.")


@pytest.mark.parametrize("name", ["scriptFile", "entryPoint"])
def test_setting_that_is_no_text_is_named(tmp_path: Path, load: Load, name: str) -> None:
    assert problem(tmp_path, load, **{name: 5}) == f"Function Broken has {name} 5. Write a text."


def test_two_folders_of_one_name_are_named(tmp_path: Path, load: Load) -> None:
    app = load(write_app(tmp_path, {**v1("Hello", MAIN), **v1("HELLO", MAIN)}))

    assert len(app.app.functions) == 1
    assert app.problems[0].endswith("has the name of another function. Rename one.")


def test_type_of_the_trigger_is_taken_in_any_case(tmp_path: Path, load: Load) -> None:
    bindings = [{**HTTP, "type": "HTTPTrigger"}, {**HTTP_OUT, "type": "Http"}]
    app = load(write_app(tmp_path, v1("Hello", MAIN, *bindings)))

    assert app.client.get("/api/Hello").data == b"hello"


def test_missing_entry_point_is_named(tmp_path: Path, load: Load) -> None:
    text = problem(tmp_path, load, entryPoint="start")

    assert "has no function start(). Define it, or name another" in text


@pytest.mark.parametrize("name", ["1st", "host", "a b", "a" * 129])
def test_name_that_the_host_refuses_is_named(tmp_path: Path, load: Load, name: str) -> None:
    app = load(write_app(tmp_path, v1(name, MAIN)))

    assert app.problems[0].startswith(f"{name!r} is not a valid function name.")


@pytest.mark.parametrize("text", ["{", "[]", "", "{'single': 1}"])
def test_function_json_that_is_none_is_named(tmp_path: Path, load: Load, text: str) -> None:
    app = load(write_app(tmp_path, {**v1("Hello", MAIN), "Hello/function.json": text}))

    assert str(tmp_path / "Hello" / "function.json") in app.problems[0]


def test_same_route_is_named_for_the_later_function(tmp_path: Path, load: Load) -> None:
    files = {
        **v1("First", MAIN, {**HTTP, "route": "x/{a}"}, HTTP_OUT),
        **v1("Second", MAIN, {**HTTP, "route": "X/{a}/"}, HTTP_OUT),
    }
    app = load(write_app(tmp_path, files))

    (text,) = app.problems
    assert text.startswith("Function Second has the same route as function First: api/X/{a}/.")


def test_keys_and_words_of_bindings_are_taken_in_any_case(tmp_path: Path, load: Load) -> None:
    bindings = [
        {"Type": "httpTrigger", "Direction": "In", "Name": "req"},
        {**HTTP_OUT, "direction": "OUT"},
    ]
    app = load(write_app(tmp_path, v1("Hello", MAIN, *bindings)))

    assert app.client.get("/api/Hello").data == b"hello"


@pytest.mark.parametrize(("setting", "status"), [("true", 404), ("1", 404), ("false", 200)])
def test_app_setting_disables_a_function(
    tmp_path: Path, load: Load, setting: str, status: int
) -> None:
    values = {"AzureWebJobs.Hello.Disabled": setting}
    app = load(write_app(tmp_path, v1("Hello", MAIN), values))

    assert app.client.get("/api/Hello").status_code == status


def test_function_json_disables_a_function(tmp_path: Path, load: Load) -> None:
    app = load(write_app(tmp_path, v1("Hello", MAIN, disabled=True)))

    assert app.client.get("/api/Hello").status_code == 404
