"""`functions-host --check` prints an app's functions and faults, or why it has no functions."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List

import azure.functions as func
import pytest
from functions_host.__main__ import parse_arguments
from functions_host.errors import HostError, UsageError
from functions_host.report import Report, make_failure_report, make_report
from host_apps import HTTP, HTTP_OUT, needs_v2, v1, v2, write_app
from host_fixtures import Load, ServeFiles
from host_process import ROOT, Run

HELLO = "def main(req):\n    return func.HttpResponse('hello')\n"
ROUTE = "@app.route()\ndef hello(req):\n    return func.HttpResponse('hello')\n"
TIMER = {"type": "timerTrigger", "direction": "in", "name": "timer", "schedule": "0 0 0 1 1 *"}
FLAG = "PYTHON_ENABLE_WORKER_EXTENSIONS"

Check = Callable[..., Report]


def run_check(root: Path, *options: str) -> Run:
    """Return exit code, standard output and standard error."""
    command = [sys.executable, "-m", "functions_host", "--check", str(root), *options]
    done = subprocess.run(command, cwd=str(ROOT), capture_output=True, timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def check(tmp_path: Path, load: Load) -> Check:
    """Write an app, as `write_app()` does, and return the report on it, made in this process."""

    def check(files: Dict[str, str], **options: Any) -> Report:
        root = write_app(tmp_path, files, **options)
        try:
            return make_report(load(root).app)
        except HostError as error:
            return make_failure_report(root, error)

    return check


def test_functions_are_listed(tmp_path: Path) -> None:
    files = {
        **v1("Hello", "print('printed by the app')\n" + HELLO),
        **v1("Post", HELLO, {**HTTP, "methods": ["post"], "route": "items/{id}"}, HTTP_OUT),
        **v1("Tick", "def main(timer):\n    pass\n", TIMER),
        **v1("Off", HELLO, disabled=True),
    }

    code, out, err = run_check(write_app(tmp_path, files))

    assert (code, err) == (0, "printed by the app\n")
    first, *lines = out.splitlines()
    assert first.startswith(f"Functions host (not Microsoft's): azure-functions {func.__version__}")
    assert lines == [
        "",
        "  Hello  any method  /api/Hello",
        "  Post   POST        /api/items/{id}",
        "  Tick   timer       POST /admin/functions/Tick",
        "",
        "note: Functions that are switched off: Off (disabled).",
        "The app can be served.",
    ]


def test_json_has_the_documented_keys(tmp_path: Path) -> None:
    post = {**HTTP, "methods": ["post"], "route": "items/{id}"}
    code = "class Mine(func.AppExtensionBase):\n    pass\n\n" + HELLO
    files = {**v1("Post", code, post, HTTP_OUT), **v1("Tick", "def main(timer): pass\n", TIMER)}

    exit_code, out, _ = run_check(write_app(tmp_path, files, values={}), "--json")

    report = json.loads(out)
    versions = report.pop("versions")
    assert versions["azure-functions"] == func.__version__
    assert versions["Python"].startswith("3.")
    documented = (ROOT / "host" / "readme.md").read_text(encoding="utf-8")
    names = [*report, *report["functions"][0]]
    assert [name for name in names if f"`{name}`" not in documented] == []
    is_new = sys.version_info >= (3, 13)
    is_on = sys.version_info[:2] == (3, 9)
    silence = "Python 3.13 or newer" if is_new else f"{FLAG} is not set"
    assert exit_code == 0
    assert report == {
        "ok": True,
        "app": str(tmp_path),
        "extensions": ["Mine"],
        "extensions_silent": None if is_on else silence,
        "functions": [
            {
                "name": "Post",
                "trigger": "httpTrigger",
                "route": "/api/items/{id}",
                "methods": ["POST"],
                "bindings": [
                    {"name": "req", "type": "httpTrigger", "direction": "in"},
                    {"name": "$return", "type": "http", "direction": "out"},
                ],
            },
            {
                "name": "Tick",
                "trigger": "timerTrigger",
                "route": None,
                "methods": None,
                "bindings": [{"name": "timer", "type": "timerTrigger", "direction": "in"}],
            },
        ],
        "no_functions": None,
        "notes": [],
        "faults": [],
    }


MANY_FAULTS = """
@app.route()
def right(req):
    pass

@app.route()
def wrong(request):
    pass

@app.route(route="x")
def annotated(req: dict):
    pass

@app.function_name("untriggered")
def untriggered(req):
    pass

@app.route()
def right(req):
    pass

@app.route(route="X")
def same(req):
    pass

@app.route(route="x")
def same_as_same(req):
    pass
"""


@needs_v2
def test_every_fault_of_a_v2_app_is_listed(tmp_path: Path, check: Check) -> None:
    script = tmp_path / "function_app.py"

    faults = check(v2(MANY_FAULTS)).faults

    # These are the lines of the decorators.
    wrong, annotated, untriggered, right = 10, 14, 18, 22
    assert [(fault.file, fault.line, fault.function, fault.parameter) for fault in faults] == [
        (script, untriggered, "untriggered", None),
        (script, right, "right", None),
        (script, wrong, "wrong", "request"),
        (script, annotated, "annotated", "req"),
        (script, None, "same_as_same", None),
    ]
    code, out, _ = run_check(tmp_path)
    assert code == 1
    assert out.count("\nerror: ") == 5
    assert f"\nerror: {script}:{wrong}: Function wrong has a parameter 'request'" in out
    assert out.endswith("\nThe app cannot be served: 5 faults.\n")


def test_faults_of_v1_functions_have_their_files(tmp_path: Path, check: Check) -> None:
    files = {
        **v1("Import", "import helper\n"),
        "helper.py": "\n\nimport no_such_module\n",
        **v1("NotJson", HELLO),
        "NotJson/function.json": '{\n"bindings": x}',
        **v1("Signature", "def main(request): pass\n"),
        **v1("Sideways", HELLO, {**HTTP, "direction": "sideways"}),
        **v1("Works", HELLO),
    }

    report = check(files)

    assert [function.name for function in report.functions] == ["Works"]
    assert [(fault.file, fault.line, fault.parameter) for fault in report.faults] == [
        (tmp_path / "helper.py", 3, None),
        (tmp_path / "NotJson" / "function.json", 2, None),
        (tmp_path / "Sideways" / "function.json", None, "req"),
        (tmp_path / "Signature" / "__init__.py", None, "request"),
    ]


@pytest.mark.parametrize("file", ["host.json", "local.settings.json"])
def test_faults_of_settings_have_their_files(tmp_path: Path, check: Check, file: str) -> None:
    (fault,) = check({**v1("Hello", HELLO), file: '{"version": "3.0"}'}).faults

    assert (fault.file, fault.function) == (tmp_path / file, None)


def test_fault_in_json_has_its_place(tmp_path: Path) -> None:
    write_app(tmp_path, {**v1("Hello", HELLO), "host.json": '{\n"version": x}'})

    code, out, _ = run_check(tmp_path, "--json")

    report = json.loads(out)
    (fault,) = report["faults"]
    assert (code, report["ok"], report["functions"]) == (1, False, [])
    assert fault.pop("message").startswith(f"{tmp_path / 'host.json'}:2 is not valid JSON: ")
    assert fault == {
        "file": str(tmp_path / "host.json"),
        "line": 2,
        "function": None,
        "parameter": None,
    }


BLUEPRINT = "import azure.functions as func\nbp = func.Blueprint()\n"
NO_REASON = "Decorate a function, for example with @app.route()."


@needs_v2
@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (
            {"parts/blueprint.py": BLUEPRINT},
            "Register the Blueprint bp of parts/blueprint.py: app.register_functions(bp).",
        ),
        (
            {
                **v2("from blueprint import bp"),
                "blueprint.py": BLUEPRINT + ROUTE.replace("app.", "bp."),
            },
            "Register the Blueprint bp of blueprint.py: app.register_functions(bp).",
        ),
        (
            {
                **v2("from blueprint import bp\napp.register_functions(bp)\n"),
                "blueprint.py": BLUEPRINT,
            },
            "Decorate a function of the Blueprint bp of blueprint.py.",
        ),
        ({".venv/lib/site-packages/other.py": BLUEPRINT}, NO_REASON),
        (
            v2("@app.route\ndef hello(req):\n    pass\n"),
            "Add parentheses to the decorator of hello(), such as @app.route().",
        ),
    ],
    ids=["not imported", "not registered", "empty blueprint", "packages", "no call"],
)
def test_app_without_functions_has_the_reason(
    tmp_path: Path, check: Check, files: Dict[str, str], reason: str
) -> None:
    report = check({**v2(""), **files})

    assert (report.is_ok, report.faults) == (False, [])
    assert report.emptiness == f"The app in {tmp_path / 'function_app.py'} has none. {reason}"


PROXY = """
class Proxy:
    @property
    def __dict__(self):
        raise RuntimeError("outside of a request")

request = Proxy()
"""


@needs_v2
@pytest.mark.parametrize("functions", ["", ROUTE], ids=["without functions", "with one"])
def test_proxy_such_as_flask_has_is_left_alone(check: Check, functions: str) -> None:
    report = check(v2(PROXY + functions))

    assert (report.faults, report.is_ok) == ([], functions != "")


@needs_v2
def test_global_that_the_worker_cannot_inspect_is_named(tmp_path: Path, check: Check) -> None:
    (fault,) = check(v2(PROXY.replace("__dict__", "__class__") + ROUTE)).faults

    assert str(fault) == (
        "Microsoft's worker looks at the class of each global of "
        f"{tmp_path / 'function_app.py'}. That of request raises "
        "RuntimeError: outside of a request. Move request into a function."
    )


@needs_v2
def test_exception_without_a_text_is_shown(check: Check) -> None:
    code = "class Odd(Exception):\n    def __str__(self):\n        return 1\n\nraise Odd\n"

    (fault,) = check(v2(code)).faults

    assert re.search(r"function_app\.Odd: <(exception str\(\) failed|unprintable.*)>$", str(fault))


@needs_v2
def test_app_without_functions_is_served(tmp_path: Path, serve_files: ServeFiles) -> None:
    host = serve_files(v2(""))

    script = tmp_path / "function_app.py"
    assert f"  0 functions found. The app in {script} has none. {NO_REASON}" in host.banner
    assert host.get("/") == 200


@needs_v2
@pytest.mark.skipif(sys.version_info < (3, 13), reason="the v1 functions are loaded instead")
def test_v1_functions_beside_an_empty_script_are_named(check: Check) -> None:
    report = check({**v2(""), **v1("Hello", HELLO)})

    assert report.emptiness.endswith(
        "Only the app in function_app.py counts, not function.json in Hello."
    )


@pytest.mark.parametrize(
    ("host", "values", "why"),
    [
        ({"functions": ["Nope"]}, {}, "not in functions of host.json"),
        ({}, {"AzureWebJobs.Hello.Disabled": "true"}, "disabled"),
    ],
)
def test_functions_that_are_switched_off_are_named(
    check: Check, host: Dict[str, Any], values: Dict[str, str], why: str
) -> None:
    report = check(v1("Hello", HELLO), host={"version": "2.0", **host}, values=values)

    assert report.emptiness == "All functions are switched off."
    assert f"Functions that are switched off: Hello ({why})." in report.notes


RENAME = "Rename main.py to function_app.py, or set PYTHON_SCRIPT_FILE_NAME to main.py."


@pytest.mark.parametrize(
    ("files", "advice"),
    [
        ({}, "Pass the folder that contains host.json."),
        ({"main.py": "app = func.FunctionApp()\n"}, RENAME),
        ({"src/host.json": "{}", "src.py/main.js": ""}, "Pass the folder {root}/src."),
        (
            {"Hello/__init__.py": HELLO},
            "Add Hello/function.json for the main() of Hello/__init__.py.",
        ),
    ],
    ids=["nothing", "another name", "a subfolder", "no function.json"],
)
def test_missing_app_has_advice(
    tmp_path: Path, check: Check, files: Dict[str, str], advice: str
) -> None:
    # The host ignores a file that is not UTF-8.
    (tmp_path / "latin.py").write_bytes(b"# \xe9\n")

    (fault,) = check(files).faults

    assert str(fault) == (
        f"{tmp_path} has neither function_app.py (v2) nor */function.json (v1). "
        + advice.format(root=tmp_path)
    )


@needs_v2
def test_wrong_decorator_shows_its_line(check: Check) -> None:
    """
    Microsoft's worker 4.34 does not show this error (azure-functions-python-worker issue 1262).
    """
    (fault,) = check(v2("@app.warmup_trigger()\ndef warmup(context):\n    pass\n")).faults

    assert fault.line == 5
    assert "object has no attribute 'warmup_trigger'" in str(fault)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["--json"], "--json is for --check. Pass both."),
        (
            ["--check", "--reload"],
            "--check does not serve the app, so it cannot reload it. Pass --check or --reload.",
        ),
    ],
    ids=["json alone", "check and reload"],
)
def test_options_that_do_not_fit_are_refused(
    tmp_path: Path, options: List[str], error: str
) -> None:
    with pytest.raises(UsageError) as raised:
        parse_arguments([str(tmp_path), *options])

    assert str(raised.value) == error
