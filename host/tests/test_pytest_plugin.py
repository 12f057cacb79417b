"""The pytest plugin, in this process and in separate runs of pytest."""

from __future__ import annotations

import logging
import re
import shutil
from pathlib import Path
from typing import List

import pytest
from functions_host.client import LoadedApp
from host_apps import HTTP, HTTP_OUT, needs_v2, v1, write_app

pytest_plugins = "pytester"

EXAMPLE = Path(__file__).parents[1] / "example"
QUEUE = {"type": "queueTrigger", "direction": "in", "name": "message", "queueName": "q"}
SENT = {"type": "queue", "direction": "out", "name": "$return", "queueName": "q"}
TABLE = {"type": "table", "direction": "in", "name": "row", "tableName": "t"}

COUNT = """
import logging
calls = []

def main(req):
    calls.append(1)
    logging.info("call %d", len(calls))
    logging.debug("hidden")
    return func.HttpResponse(str(len(calls)))
"""
FILES = {
    **v1("Count", COUNT),
    **v1("Parse", "def main(message):\n    return str(int(message.get_body()))\n", QUEUE, SENT),
    **v1("Reads", "def main(req, row):\n    return row\n", HTTP, HTTP_OUT, TABLE),
}


@pytest.fixture
def functions_app_folder(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    return write_app(tmp_path / "app", FILES)


@pytest.fixture
def functions_app_inputs(tmp_path: Path) -> Path:
    (tmp_path / "inputs" / "Reads").mkdir(parents=True)
    (tmp_path / "inputs" / "Reads" / "row.txt").write_text("a row")
    return tmp_path / "inputs"


@pytest.mark.parametrize("number", [1, 2])
def test_each_test_has_an_app_of_its_own(functions_app: LoadedApp, number: int) -> None:
    assert functions_app.get("/api/Count").get_data() == b"1"
    assert functions_app.post("/api/Count").get_data() == b"2"

    calls = [line for line in functions_app.logs if "Set-Cookie" not in line]
    assert calls == ["root: INFO: call 1", "root: INFO: call 2"]
    assert [record.status for record in functions_app.requests] == [200, 200]


def test_input_binding_has_the_value_of_its_file(functions_app: LoadedApp) -> None:
    assert functions_app.get("/api/Reads").get_data() == b"a row"


def test_trigger_returns_outputs_or_raises(functions_app: LoadedApp) -> None:
    assert functions_app.trigger("parse", "12") == {"$return": "12"}
    assert functions_app.trigger("Parse", 12) == {"$return": "12"}
    with pytest.raises(ValueError, match="invalid literal"):
        functions_app.trigger("Parse", "x")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Pars", r"No function 'Pars' \(found: Count, Parse, Reads\)\."),
        ("Count", r"Count is an HTTP function\. Call its URL\."),
    ],
)
def test_function_that_cannot_be_triggered_is_refused(
    functions_app: LoadedApp, name: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        functions_app.trigger(name)


def test_app_logs_from_info_on(caplog: pytest.LogCaptureFixture, functions_app: LoadedApp) -> None:
    assert logging.getLogger().level == logging.INFO

    caplog.set_level(logging.DEBUG)
    functions_app.get("/api/Count")

    assert "hidden" in caplog.messages
    assert "root: DEBUG: hidden" not in functions_app.logs


def test_level_of_the_root_logger_is_restored() -> None:
    assert logging.getLogger().level == logging.WARNING


@needs_v2
@pytest.mark.parametrize("options", [["--import-mode=importlib"], ["-p", "no:logging"]])
def test_example_passes(pytester: pytest.Pytester, options: List[str]) -> None:
    shutil.copytree(str(EXAMPLE), str(pytester.path / "app"))
    pytester.makeini("[pytest]\nfunctions_app = app\n")

    pytester.runpytest_inprocess(*options).assert_outcomes(passed=4)


def test_unused_fixture_does_not_import_the_host(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import sys

        def test_host_is_not_imported():
            assert "functions_host.pytest_plugin" in sys.modules
            assert not {"functions_host.client", "azure.functions", "werkzeug"} & set(sys.modules)
    """)

    pytester.runpytest_subprocess().assert_outcomes(passed=1)


BROKEN = r"(?s)\S+ raises when it is imported\. .+:2 in <module>\n +1 / 0\n .+Error: .+"


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ([], r"functions_app has no folder\. Add `functions_app = FOLDER` to .+"),
        (["--functions-app=app"], r"functions_app: \S+app is not a folder\. Add .+"),
        (["--functions-app=."], r"\S+ has neither function_app\.py \(v2\) nor .+"),
        (["--functions-app=broken"], BROKEN),
        (["--functions-app=half"], BROKEN),
    ],
    ids=["none", "missing", "empty", "broken", "broken function"],
)
def test_app_that_cannot_be_loaded_fails_the_test(
    pytester: pytest.Pytester, options: List[str], error: str
) -> None:
    for name, files in (
        ("broken", v1("Broken", "1 / 0\n")),
        ("half", {**v1("Broken", "1 / 0\n"), **FILES}),
    ):
        write_app(pytester.mkdir(name), files)
    pytester.makepyfile("def test_uses_the_app(functions_app): functions_app.get('/')")

    done = pytester.runpytest_inprocess(*options)

    done.assert_outcomes(errors=1)
    shown = re.search(
        r"ERROR at setup of test_uses_the_app _+\n(.*?)\n=", done.stdout.str(), re.DOTALL
    )
    assert shown
    assert re.fullmatch(error, shown[1])
