"""Input bindings other than the trigger, whose values come from files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Optional

import pytest
from functions_host.client import LoadedApp
from host_apps import HTTP, HTTP_OUT, needs_v2, v1, v2, write_app
from host_fixtures import Load, LoadFiles
from host_process import Serve

TABLE = {"type": "table", "direction": "in", "name": "one", "tableName": "t"}
BLOB = {"type": "blob", "direction": "in", "name": "one", "path": "samples/one.txt"}
COSMOS = {"type": "cosmosDB", "direction": "in", "name": "one", "databaseName": "d"}


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "inputs"
    (folder / "Hello").mkdir(parents=True)
    return folder


def load_main(
    load: Load, inputs: Optional[Path], main: str, *bindings: Dict[str, Any]
) -> LoadedApp:
    root = (inputs.parent if inputs else Path.cwd()) / "app"
    root.mkdir()
    app: LoadedApp = load(write_app(root, v1("Hello", main, HTTP, HTTP_OUT, *bindings)), inputs)
    assert app.problems == []
    return app


def call(app: LoadedApp) -> str:
    """Return the body of a response, or the message of the error that failed the invocation."""
    text = app.client.get("/api/Hello").text
    outcome = app.requests[-1].outcome
    assert outcome is not None
    return text if outcome.error is None else str(outcome.error)


@pytest.mark.parametrize(
    ("binding", "name", "content", "shown", "expected"),
    [
        (TABLE, "one.json", '[{"a": 1}]', "repr(one)", """'[{"a": 1}]'"""),
        (TABLE, "one.txt", "héllo", "one", "héllo"),
        (BLOB, "one.txt", "héllo", "one.read().decode()", "héllo"),
        (BLOB, "one.json", "\ufeff[]", "one.read().decode()", "[]"),
        (
            COSMOS,
            "one.json",
            '[{"id": "1"}, {"id": "2"}]',
            "str([i['id'] for i in one])",
            "['1', '2']",
        ),
        ({**BLOB, "dataType": "Binary"}, "one.txt", "é", "repr(one.read())", r"b'\xc3\xa9'"),
        ({**TABLE, "dataType": "Stream"}, "one.txt", "é", "repr(one)", r"b'\xc3\xa9'"),
    ],
    ids=["JSON", "text", "blob", "JSON blob", "documents", "binary blob", "stream"],
)
def test_input_has_the_value_of_its_file(
    load: Load,
    inputs: Path,
    binding: Dict[str, Any],
    name: str,
    content: str,
    shown: str,
    expected: str,
) -> None:
    (inputs / "Hello" / name).write_text(content, encoding="utf-8")
    app = load_main(load, inputs, f"def main(req, one):\n    return {shown}\n", binding)

    assert call(app) == expected


def test_file_is_read_at_each_call(load: Load, inputs: Path) -> None:
    app = load_main(load, inputs, "def main(req, one):\n    return one\n", TABLE)
    file = inputs / "Hello" / "one.txt"

    assert call(app) == (
        "Function Hello has an input binding one (table). "
        f"Write its value to {file.with_suffix('.json')} or .txt."
    )
    for text in ("first", "second"):
        file.write_text(text)
        assert call(app) == text
    file.with_suffix(".json").write_text('"JSON wins"')
    assert call(app) == "JSON wins"
    assert [request.status for request in app.requests] == [500, 200, 200, 200]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("one.json", b"{", "Expecting"),
        ("one.json", b"[" * 100_000, ""),
    ],
    ids=["unfinished", "nested"],
)
def test_unreadable_file_is_named(
    load: Load, inputs: Path, name: str, content: bytes, why: str
) -> None:
    file = inputs / "Hello" / name
    file.write_bytes(content)
    app = load_main(load, inputs, "def main(req, one):\n    return one\n", TABLE)

    message = call(app)

    assert message.startswith(f"{file} cannot be read: {why}")
    assert message.endswith(". Correct it.")


def test_bytes_need_a_binary_binding(load: Load, inputs: Path) -> None:
    file = inputs / "Hello" / "one.txt"
    file.write_bytes(b"\xff")
    app = load_main(load, inputs, "def main(req, one):\n    return one\n", TABLE)

    assert call(app) == (
        f'{file} is not text in UTF-8. Save it so, or give the binding "dataType": "binary".'
    )


def test_missing_folder_is_explained_at_the_call(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = load_main(load, None, "def main(req, one):\n    return one\n", TABLE)

    assert call(app) == (
        "Function Hello has an input binding one (table), and this host reads the values of inputs "
        "from files. Pass --inputs FOLDER, and write the value to FOLDER/Hello/one.json or .txt."
    )


@pytest.mark.parametrize("kind", ["durableClient", "orchestrationClient"])
def test_durable_client_is_refused_at_the_call(load: Load, inputs: Path, kind: str) -> None:
    (inputs / "Hello" / "starter.json").write_text("{}")
    client = {"type": kind, "direction": "in", "name": "starter"}
    app = load_main(load, inputs, "def main(req, starter):\n    return 'started'\n", client)

    assert call(app) == (
        f"Function Hello has an input binding starter ({kind}), which needs the Durable "
        "Functions extension of Microsoft's host. Run the app with func start or in the container."
    )


def test_triggers_by_hand_have_inputs(load_files: LoadFiles, inputs: Path) -> None:
    (inputs / "Hello" / "one.txt").write_text("text")
    queue = {"type": "queueTrigger", "direction": "in", "name": "msg"}
    out = {"type": "queue", "direction": "out", "name": "$return"}
    code = "def main(msg: func.QueueMessage, one):\n    return msg.get_body().decode() + one\n"
    app = load_files(v1("Hello", code, queue, TABLE, out), inputs=inputs)

    app.client.post("/admin/functions/Hello", json={"input": "a "})

    outcome = app.requests[-1].outcome
    assert outcome is not None
    assert outcome.outputs["$return"].value == "a text"


@needs_v2
def test_v2_function_has_inputs(load_files: LoadFiles, inputs: Path) -> None:
    (inputs / "Hello" / "input_blob.txt").write_text("a blob")
    code = """
        @app.function_name("Hello")
        @app.route("hello")
        @app.blob_input(arg_name="input_blob", path="samples/a", connection="C")
        def hello(req, input_blob: func.InputStream):
            return input_blob.read().decode()
    """
    app = load_files(v2(code), inputs=inputs)

    assert (app.problems, call(app)) == ([], "a blob")


def test_command_line_has_a_folder_of_inputs(serve: Serve, inputs: Path) -> None:
    root = inputs.parent / "app"
    root.mkdir()
    code = "def main(req, one):\n    return one\n"
    write_app(
        root, {**v1("Hello", code, HTTP, HTTP_OUT, TABLE), **v1("No", code, HTTP, HTTP_OUT, TABLE)}
    )
    (inputs / "Hello" / "one.txt").write_text("text")
    host = serve(root, "--inputs", str(inputs))

    statuses = [host.get("/api/Hello"), host.get("/api/No")]

    _, _, err = host.stop()
    assert statuses == [200, 500]
    assert err.splitlines() == [
        "  functions_host.errors.HostError: Function No has an input binding one (table). "
        f"Write its value to {inputs / 'No' / 'one.json'} or .txt."
    ]
