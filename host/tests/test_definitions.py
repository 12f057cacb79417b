"""Definitions of functions. An invalid definition puts only its own function in error."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

import pytest
from host_apps import HTTP, HTTP_OUT, v1
from host_fixtures import LoadFiles, Refuse

MAIN = "def main(req):\n    return func.HttpResponse('hello')\n"
QUEUE_OUT = {"type": "queue", "direction": "out", "name": "REQ"}
BLOB_IN = {"type": "blob", "direction": "in", "name": "blob"}


def problem(load_files: LoadFiles, *bindings: Any, **metadata: Any) -> str:
    """Return the problem of a broken function in an app whose other function works."""
    files = {**v1("Broken", MAIN, *bindings, **metadata), **v1("Works", MAIN)}
    app = load_files(files)
    assert app.client.get("/api/Broken").status_code == 404
    assert app.client.get("/api/Works").data == b"hello"
    (text,) = app.problems
    return text


@pytest.mark.parametrize(
    ("bindings", "text"),
    [
        ([HTTP_OUT], "has no trigger. Add a binding such as httpTrigger."),
        (
            [HTTP, {**HTTP, "name": "other"}],
            "has several triggers (httpTrigger, httpTrigger). Keep one.",
        ),
        (
            [HTTP, {**HTTP_OUT, "direction": "sideways"}],
            "has a binding '$return' with direction 'sideways'. Use one of in, out.",
        ),
        (
            [HTTP, {**HTTP_OUT, "direction": "in"}],
            "has a binding '$return' with direction 'in'. Make it out.",
        ),
        (
            [{"direction": "in", "name": "req"}],
            "has a binding 'req' without a type. Add its type.",
        ),
        (
            [HTTP, {**BLOB_IN, "direction": "inout"}],
            "has a binding 'blob' with direction 'inout'. Use one of in, out.",
        ),
        ([HTTP, QUEUE_OUT], "has two bindings named 'req'. Rename one."),
        (
            [{**HTTP, "route": "Administrators"}],
            "has route 'Administrators', which is reserved for the host. "
            "Start it with a word other than admin or runtime.",
        ),
        (
            [{**HTTP, "direction": "out"}],
            "has a binding 'req' that is a trigger with direction 'out'. Make it in.",
        ),
        (
            [{**HTTP, "methods": "get"}],
            "has a binding 'req' with methods 'get'. Write a list such as [\"get\"].",
        ),
        ([{**HTTP, "route": ["a"]}], "has route ['a']. Write a string."),
        (["httpTrigger"], "has a binding that is not an object: 'httpTrigger'."),
    ],
)
def test_invalid_binding_is_reported(load_files: LoadFiles, bindings: Any, text: str) -> None:
    assert problem(load_files, *bindings) == f"Function Broken {text}"


@pytest.mark.parametrize(
    ("metadata", "text"),
    [
        ({"bindings": []}, "has no bindings. Add at least its trigger."),
        ({"bindings": None}, "has no bindings. Add at least its trigger."),
        ({"bindings": "x"}, "has no bindings. Add at least its trigger."),
        ({"scriptFile": "other.py"}, "has scriptFile 'other.py', which is not a file of the app."),
        ({"scriptFile": "folder"}, "has scriptFile 'folder', which is not a file of the app."),
        ({"scriptFile": "function.json"}, "has script function.json. Name a Python file."),
        ({"scriptFile": 5}, "has scriptFile 5. Write a string."),
        ({"entryPoint": 5}, "has entryPoint 5. Write a string."),
    ],
)
def test_invalid_metadata_is_reported(
    load_files: LoadFiles, metadata: Dict[str, Any], text: str
) -> None:
    assert problem(load_files, HTTP, **metadata) == f"Function Broken {text}"


@pytest.mark.parametrize("script", ["../../outside.py", "{folder}/outside.py"])
def test_script_outside_of_the_app_is_refused(
    load_files: LoadFiles, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, script: str
) -> None:
    outside = tmp_path_factory.getbasetemp() / "outside.py"
    outside.write_text("def main(req): pass\n")
    named = script.format(folder=outside.parent)

    text = problem(load_files, HTTP, scriptFile=named)

    assert outside.parent == tmp_path.parent
    assert text == f"Function Broken has scriptFile {named!r}, which is not a file of the app."


def test_script_with_a_dot_is_refused(refuse: Refuse) -> None:
    files = {**v1("Hello", "", scriptFile="my.script.py"), "Hello/my.script.py": MAIN}

    (text,) = refuse(files)

    assert text.endswith("my.script.py cannot be imported with a dot in its name. Rename it.")


def test_folders_differ_in_more_than_case(load_files: LoadFiles) -> None:
    app = load_files({**v1("Hello", MAIN), **v1("HELLO", MAIN)})

    assert len(app.app.functions) == 1
    assert app.problems[0].endswith("has the name of another function. Rename one.")


def test_missing_entry_point_is_reported(load_files: LoadFiles) -> None:
    text = problem(load_files, entryPoint="start")

    assert "has no function start(). Define it, or name another" in text


@pytest.mark.parametrize("name", ["1st", "host", "a b", "a" * 129])
def test_invalid_function_name_is_reported(refuse: Refuse, name: str) -> None:
    (text,) = refuse(v1(name, MAIN))

    assert text.startswith(f"{name!r} is not a valid function name.")


@pytest.mark.parametrize("text", ["{", "[]", "", "{'single': 1}"])
def test_invalid_function_json_is_reported(refuse: Refuse, tmp_path: Path, text: str) -> None:
    (problem,) = refuse({**v1("Hello", MAIN), "Hello/function.json": text})

    assert str(tmp_path / "Hello" / "function.json") in problem


def test_repeated_route_is_reported(load_files: LoadFiles) -> None:
    files = {
        **v1("First", MAIN, {**HTTP, "route": "x/{a}"}, HTTP_OUT),
        **v1("Second", MAIN, {**HTTP, "route": "X/{a}/"}, HTTP_OUT),
    }

    assert load_files(files).problems == [
        "Function Second has the same route as function First: api/X/{a}/. "
        "Change one of the routes, or its methods."
    ]


@pytest.mark.parametrize(
    "bindings",
    [
        [{**HTTP, "type": "HTTPTrigger"}, {**HTTP_OUT, "type": "Http"}],
        [
            {"Type": "httpTrigger", "Direction": "In", "Name": "req"},
            {**HTTP_OUT, "direction": "OUT"},
        ],
    ],
    ids=["types", "keys and directions"],
)
def test_bindings_may_be_in_any_case(load_files: LoadFiles, bindings: Any) -> None:
    app = load_files(v1("Hello", MAIN, *bindings))

    assert app.client.get("/api/Hello").data == b"hello"


@pytest.mark.parametrize("name", ["my_timer", "_timer", "timer_", "t_1_2", "T" * 128])
def test_binding_name_may_have_underscores(load_files: LoadFiles, name: str) -> None:
    timer = {"type": "timerTrigger", "direction": "in", "name": name}
    app = load_files(v1("Tick", f"def main({name}: func.TimerRequest) -> None:\n    pass\n", timer))

    response = app.client.post("/admin/functions/Tick", json={"input": ""})

    outcome = app.requests[-1].outcome
    assert (app.problems, response.status_code) == ([], 202)
    assert outcome is not None
    assert outcome.error is None


@pytest.mark.parametrize("name", ["1timer", "my__timer", "__timer", "my-timer", "", "T" * 129])
def test_other_binding_names_are_refused(refuse: Refuse, name: str) -> None:
    timer = {"type": "timerTrigger", "direction": "in", "name": name}

    assert refuse(v1("Tick", "def main(timer):\n    pass\n", timer)) == [
        f"Function Tick has a binding {name!r} with an invalid name. "
        "Use a letter or _, then letters, digits and single _."
    ]


@pytest.mark.parametrize(
    ("setting", "disabled", "status"),
    [("true", False, 404), ("1", False, 404), ("false", True, 200), (None, True, 404)],
)
def test_function_can_be_disabled(
    load_files: LoadFiles, setting: Any, disabled: bool, status: int
) -> None:
    values = {"AzureWebJobs.Hello.Disabled": setting}
    app = load_files(v1("Hello", MAIN, disabled=disabled), values=values)

    assert app.client.get("/api/Hello").status_code == status
