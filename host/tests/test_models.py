"""v1 and v2 apps: which one it is, what is imported how, and what breaks what."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Callable, Optional

import pytest
from functions_host.client import LoadedApp
from functions_host.errors import HostError
from host_apps import needs_v2, v1, v2, write_app

Load = Callable[[Path], LoadedApp]
MAIN = "def main(req):\n    return func.HttpResponse('v1')\n"
HELLO = "@app.route()\ndef hello(req):\n    return func.HttpResponse('v2')\n"


@needs_v2
def test_v2_module_wins_over_v1_folders(tmp_path: Path, load: Load) -> None:
    app = load(write_app(tmp_path, {**v2(HELLO), **v1("Folder", MAIN)}))

    assert [function.name for function in app.app.functions] == ["hello"]


@needs_v2
def test_v2_module_without_functions_gives_way_to_folders_up_to_312(
    tmp_path: Path, load: Load
) -> None:
    app = load(write_app(tmp_path, {**v2(""), **v1("Folder", MAIN)}))

    expected = ["Folder"] if sys.version_info < (3, 13) else []
    assert [function.name for function in app.app.functions] == expected


@needs_v2
def test_script_may_have_another_name(tmp_path: Path, load: Load) -> None:
    files = {"my-app.py": v2(HELLO)["function_app.py"]}
    app = load(write_app(tmp_path, files, {"PYTHON_SCRIPT_FILE_NAME": "my-app.py"}))

    assert app.client.get("/api/hello").data == b"v2"


@pytest.mark.parametrize("name", ["../x.py", "x", "-x.py", "a b.py"])
def test_script_name_that_is_none_is_refused(
    tmp_path: Path, load: Load, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("PYTHON_SCRIPT_FILE_NAME", name)

    with pytest.raises(HostError, match=r"^PYTHON_SCRIPT_FILE_NAME is "):
        load(write_app(tmp_path, v1("Hello", MAIN)))


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
        (HELLO + HELLO, "cannot be indexed: ValueError: "),
        (HELLO + HELLO.replace("app.", "app.function_name('two')\n@app.", 1), None),
        (
            "app.get_functions = lambda: [None]",
            "has a get_functions() that returns None."
            if sys.version_info < (3, 13)
            else "cannot be indexed: AttributeError: ",
        ),
        ("def f(): raise SystemExit\napp.get_functions = f", "cannot be indexed: SystemExit."),
        (
            "import functools\n@app.route()\n@functools.lru_cache(None)\ndef c(req): pass\n",
            "Make it a plain function." if sys.version_info < (3, 13) else "cannot be indexed: ",
        ),
        (
            HELLO + "@app.route()\ndef b(request):\n    pass\n",
            "has a parameter 'request'"
            if sys.version_info < (3, 13)
            else "FunctionLoadError: cannot load the b function: ",
        ),
    ],
)
def test_one_mistake_breaks_all_of_a_v2_app(
    tmp_path: Path, load: Load, code: str, part: Optional[str]
) -> None:
    app = load(write_app(tmp_path, v2(code)))

    if part is None:
        assert sorted(function.name for function in app.app.functions) == ["hello", "two"]
        return
    (problem,) = app.problems
    assert part in problem
    assert app.app.functions == []


@needs_v2
def test_functions_are_in_order_of_their_names(tmp_path: Path, load: Load) -> None:
    code = "\n".join(
        f"@app.route()\ndef {name}(req):\n    return func.HttpResponse()"
        for name in ("b", "C", "a")
    )
    app = load(write_app(tmp_path, v2(code)))

    assert [function.name for function in app.app.functions] == ["a", "b", "C"]


@needs_v2
def test_decorator_above_the_route_is_lost(tmp_path: Path, load: Load) -> None:
    code = """
        def shout(function):
            return lambda req: func.HttpResponse("SHOUTED")

        @shout
        @app.route()
        def hello(req):
            return func.HttpResponse("said")
    """
    app = load(write_app(tmp_path, v2(code)))

    assert app.client.get("/api/hello").data == b"said"


@needs_v2
def test_context_of_a_v2_function_has_the_folder_of_its_code(tmp_path: Path, load: Load) -> None:
    blueprint = """
        import azure.functions as func
        bp = func.Blueprint()

        @bp.route()
        def where(req, context):
            return func.HttpResponse(f"{context.function_name} {context.function_directory}")
    """
    code = "from parts.blueprint import bp\napp.register_functions(bp)\n"
    app = load(write_app(tmp_path, {**v2(code), "parts/blueprint.py": blueprint}))

    assert app.client.get("/api/where").text == f"where {tmp_path / 'parts'}"


def test_v1_functions_import_shared_code_in_all_four_ways(tmp_path: Path, load: Load) -> None:
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
    app = load(write_app(tmp_path, files))

    assert app.client.get("/api/my-func").text == "__app__.my-func beside shared True"


def test_app_runs_in_its_own_folder(tmp_path: Path, load: Load) -> None:
    code = "import os\n\ndef main(req):\n    return func.HttpResponse(os.getcwd())\n"
    app = load(write_app(tmp_path, v1("Hello", code)))

    assert app.client.get("/api/Hello").text == str(tmp_path)


def test_v1_script_and_entry_point_can_be_named(tmp_path: Path, load: Load) -> None:
    files = {
        **v1("Hello", "", scriptFile="../Shared/code.py", entryPoint="start"),
        "Shared/code.py": "def start(req):\n    return __name__\n",
    }
    app = load(write_app(tmp_path, files))

    assert app.client.get("/api/Hello").text == "__app__.Shared.code"


def test_context_of_a_v1_function_has_its_folder(tmp_path: Path, load: Load) -> None:
    code = """
        def main(req, context):
            return func.HttpResponse(f"{context.function_name} {context.function_directory}")
    """
    app = load(write_app(tmp_path, v1("Hello", code)))

    assert app.client.get("/api/Hello").text == f"Hello {tmp_path / 'Hello'}"


def test_v1_function_that_cannot_be_imported_breaks_only_itself(tmp_path: Path, load: Load) -> None:
    files = {**v1("Broken", "import no_such_module\n"), **v1("Works", MAIN)}
    app = load(write_app(tmp_path, files))

    (problem,) = app.problems
    assert problem.splitlines() == [
        f"{tmp_path / 'Broken' / '__init__.py'} raises when it is imported. "
        "Install what the app's requirements.txt names.",
        "  Broken/__init__.py:2 in <module>",
        "    import no_such_module",
        "  ModuleNotFoundError: No module named 'no_such_module'",
    ]
    assert app.client.get("/api/Works").data == b"v1"


def test_app_is_gone_from_the_process_after_the_test(tmp_path: Path) -> None:
    from functions_host.client import loaded

    path, folder = list(sys.path), Path.cwd()
    with loaded(write_app(tmp_path, {**v1("Hello", MAIN), "other.py": ""})):
        assert "__app__.Hello" in sys.modules

    assert "__app__.Hello" not in sys.modules
    assert (sys.path, Path.cwd()) == (path, folder)
