"""Apps of the v1 and v2 programming models: detection, imports, and failures."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

import pytest
from functions_host.client import load_app
from functions_host.errors import HostError
from host_apps import needs_v2, v1, v2, write_app
from host_fixtures import LoadFiles, Refuse

MAIN = "def main(req):\n    return func.HttpResponse('v1')\n"
HELLO = "@app.route()\ndef hello(req):\n    return func.HttpResponse('v2')\n"


@needs_v2
def test_v2_module_wins_over_v1_folders(load_files: LoadFiles) -> None:
    app = load_files({**v2(HELLO), **v1("Folder", MAIN)})

    assert [function.name for function in app.app.functions] == ["hello"]


@needs_v2
def test_empty_v2_app_falls_back_to_v1(load_files: LoadFiles) -> None:
    app = load_files({**v2(""), **v1("Folder", MAIN)})

    expected = ["Folder"] if sys.version_info < (3, 13) else []
    assert [function.name for function in app.app.functions] == expected


@needs_v2
def test_script_may_have_another_name(load_files: LoadFiles) -> None:
    files = {"my-app.py": v2(HELLO)["function_app.py"]}
    app = load_files(files, values={"PYTHON_SCRIPT_FILE_NAME": "my-app.py"})

    assert app.client.get("/api/hello").data == b"v2"


@pytest.mark.parametrize("name", ["../x.py", "x", "-x.py", "a b.py", ""])
def test_invalid_script_name_is_refused(
    load_files: LoadFiles, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("PYTHON_SCRIPT_FILE_NAME", name)

    with pytest.raises(HostError, match=r"^PYTHON_SCRIPT_FILE_NAME is "):
        load_files(v1("Hello", MAIN))


@needs_v2
@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("del app", "has no FunctionApp. Add app = func.FunctionApp()."),
        (
            "del app; bp = func.Blueprint()",
            "has no FunctionApp (found: bp, a Blueprint). "
            "Add app = func.FunctionApp() and app.register_functions(bp).",
        ),
        ("other = func.FunctionApp()", "has more than one FunctionApp: app, other. Keep one."),
        ("same = app", "has more than one FunctionApp: app, same. Keep one."),
        ("@app.function_name('x')\ndef f(req): pass\n", "cannot be indexed: ValueError: "),
        (HELLO + HELLO, "hello has the name of another function. Rename one."),
        (
            "app.get_functions = lambda: [None]",
            "has a get_functions() that returns None."
            if sys.version_info < (3, 13)
            else "cannot be indexed: AttributeError: ",
        ),
        ("def f(): raise SystemExit\napp.get_functions = f", "cannot be indexed: SystemExit."),
        (
            "import functools\n@app.route()\n@functools.lru_cache(None)\ndef c(req): pass\n",
            "Make it a plain function.",
        ),
        (
            HELLO + "@app.route()\ndef b(request):\n    pass\n",
            "Function b has a parameter 'request' without a binding",
        ),
    ],
)
def test_one_mistake_breaks_all_of_a_v2_app(refuse: Refuse, code: str, part: str) -> None:
    (problem,) = refuse(v2(code))

    assert part in problem


@needs_v2
def test_functions_are_sorted_by_name(load_files: LoadFiles) -> None:
    code = "\n".join(
        f"@app.function_name('{name}')\n@app.route('{name}')\ndef main(req):\n    pass\n"
        for name in ("b", "C", "a")
    )
    app = load_files(v2(code))

    assert [function.name for function in app.app.functions] == ["a", "b", "C"]


@needs_v2
def test_decorator_above_the_route_is_lost(load_files: LoadFiles) -> None:
    code = """
        def shout(function):
            return lambda req: func.HttpResponse("SHOUTED")

        @shout
        @app.route()
        def hello(req):
            return func.HttpResponse("said")
    """
    app = load_files(v2(code))

    assert app.client.get("/api/hello").data == b"said"


WHERE = """
    import azure.functions as func
    bp = func.Blueprint() if hasattr(func, "Blueprint") else None

    def main(req, context):
        return func.HttpResponse(f"{context.function_name} {context.function_directory}")
"""


def test_context_has_the_folder_of_a_v1_function(tmp_path: Path, load_files: LoadFiles) -> None:
    app = load_files(v1("Hello", WHERE))

    assert app.client.get("/api/Hello").text == f"Hello {tmp_path / 'Hello'}"


@needs_v2
def test_context_has_the_folder_of_v2_code(tmp_path: Path, load_files: LoadFiles) -> None:
    blueprint = dedent(WHERE).replace("def main", "@bp.route()\ndef main")
    code = "from parts.blueprint import bp\napp.register_functions(bp)\n"
    app = load_files({**v2(code), "parts/blueprint.py": blueprint})

    assert app.client.get("/api/main").text == f"main {tmp_path / 'parts'}"


def test_v1_functions_import_shared_code(load_files: LoadFiles) -> None:
    code = """
        from . import beside
        from ..Shared import code as relative
        from __app__.Shared import code as absolute
        import Shared.code as plain

        def main(req):
            same = relative is absolute and absolute is not plain
            return func.HttpResponse(f"{__name__} {beside.here} {plain.here} {same}")
    """
    files = {
        **v1("my-func", code),
        "my-func/beside.py": "here = 'beside'",
        "Shared/code.py": "here = 'shared'",
    }
    app = load_files(files)

    assert app.client.get("/api/my-func").text == "__app__.my-func beside shared True"


def test_app_runs_in_its_own_folder(tmp_path: Path, load_files: LoadFiles) -> None:
    code = "import os\n\ndef main(req):\n    return func.HttpResponse(os.getcwd())\n"
    app = load_files(v1("Hello", code))

    assert app.client.get("/api/Hello").text == str(tmp_path)


def test_v1_script_and_entry_point_can_be_named(load_files: LoadFiles) -> None:
    files = {
        **v1("Hello", "", scriptFile="../Shared/code.py", entryPoint="start"),
        "Shared/code.py": "def start(req):\n    return __name__\n",
    }
    app = load_files(files)

    assert app.client.get("/api/Hello").text == "__app__.Shared.code"


def test_failed_v1_import_breaks_only_itself(tmp_path: Path, load_files: LoadFiles) -> None:
    files = {**v1("Broken", "import no_such_module\n"), **v1("Works", MAIN)}
    app = load_files(files)

    (problem,) = app.problems
    assert problem.splitlines() == [
        f"{tmp_path / 'Broken' / '__init__.py'} raises when it is imported. "
        "Install the packages in the app's requirements.txt.",
        "  Broken/__init__.py:2 in <module>",
        "    import no_such_module",
        "  ModuleNotFoundError: No module named 'no_such_module'",
    ]
    assert app.client.get("/api/Works").data == b"v1"


def test_wrong_name_of_the_app_advises_no_installation(refuse: Refuse) -> None:
    files = {**v1("Broken", "from helper import no_such_name\n"), "helper.py": ""}

    (problem,) = refuse(files)

    assert "raises when it is imported. Correct the line below.\n" in problem


def test_app_is_removed_from_the_process(tmp_path: Path) -> None:
    path, folder = list(sys.path), Path.cwd()
    with load_app(write_app(tmp_path, {**v1("Hello", MAIN), "other.py": ""})):
        assert "__app__.Hello" in sys.modules

    assert "__app__.Hello" not in sys.modules
    assert (sys.path, Path.cwd()) == (path, folder)
