"""JSON files as .NET reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import pytest
from functions_host.client import LoadedApp
from functions_host.errors import HostError
from functions_host.json_files import format_scalar, read_json
from host_apps import v1, write_app

Load = Callable[[Path], LoadedApp]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param('{"a": 1} // the end', {"a": 1}, id="line comment"),
        pytest.param('/* a\n "b" */ {"a": /**/ 1}', {"a": 1}, id="block comment"),
        pytest.param('{"a": "//x /* y */ \\" /"}', {"a": '//x /* y */ " /'}, id="in a string"),
        pytest.param('{"a": [1, 2,], "b": {"c": 3,},}', {"a": [1, 2], "b": {"c": 3}}, id="commas"),
        pytest.param('{"a": 1, // last\n /* one */ }', {"a": 1}, id="comma before a comment"),
        pytest.param('{"a": ",}"}', {"a": ",}"}, id="comma in a string"),
        pytest.param('\ufeff{"a": 1}', {"a": 1}, id="byte order mark"),
        pytest.param('{"a": "b\nc"}', {"a": "b\nc"}, id="line break in a string"),
        pytest.param("{'a': 1}", None, id="single quotes"),
    ],
)
def test_comments_and_trailing_commas_are_read(tmp_path: Path, text: str, value: Any) -> None:
    path = tmp_path / "host.json"
    path.write_text(text, encoding="utf-8")

    if value is None:
        with pytest.raises(HostError, match="is not valid JSON"):
            read_json(path)
    else:
        assert read_json(path) == value


def test_all_files_of_an_app_may_have_comments(tmp_path: Path, load: Load) -> None:
    code = "import os\n\ndef main(req):\n    return func.HttpResponse(os.environ['SETTING'])\n"
    write_app(tmp_path, v1("Hello", code), values={"SETTING": "http://x"})
    for name in ("host.json", "local.settings.json", "Hello/function.json"):
        text = (tmp_path / name).read_text()
        (tmp_path / name).write_text(f"// first\n{text[:-1]}, /* last */}}\n// end\n")

    assert load(tmp_path).client.get("/api/Hello").text == "http://x"


def test_many_comments_are_read_in_no_time(tmp_path: Path) -> None:
    path = tmp_path / "host.json"
    path.write_text('{"a": 1, ' + "/**/ /* * */ // x\n" * 20_000 + '"b": 2}')

    assert read_json(path) == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '// first\n{\n  "a": 1\n  "b": 2\n}',
            ":4 is not valid JSON: Expecting ',' delimiter, at col",
        ),
        ('{\n/* a\n */ "a": }', ":3 is not valid JSON: Expecting value, at column 10. Correct it."),
        ('{"a": 1 /* no end', ":1 is not valid JSON: "),
        ("[" * 100_000, " is not valid JSON: "),
        ("[1]", " is not a JSON object. Put its settings between { and }."),
    ],
)
def test_error_names_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "local.settings.json"
    path.write_text(text)

    with pytest.raises(HostError) as caught:
        read_json(path)

    assert str(caught.value).startswith(f"{path}{message}")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), ("a", "a"), (True, "True"), (False, "False"), (5432, "5432"),
        (1.5, "1.5"), (1.0, "1"), (-0.25, "-0.25"), (100.0, "100"), (0.0, "0"), (0.0001, "0.0001"),
        (0.00001, "1E-05"), (123456789012345.0, "123456789012345"), (1e15, "1E+15"),
        (-1.25e300, "-1.25E+300"), (10**20, "100000000000000000000"),
        (float("inf"), "Infinity"), (float("-inf"), "-Infinity"), (float("nan"), "NaN"),
    ],
)  # fmt: skip
def test_scalar_becomes_text_as_in_dotnet(value: Any, text: str) -> None:
    assert format_scalar(value) == text
