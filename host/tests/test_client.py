"""Apps that one process loads one after another, each as in a fresh worker."""

from __future__ import annotations

import importlib
import logging
import re
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent
from typing import Any, Dict, List

import pytest
from functions_host.client import load_app
from functions_host.errors import HostError
from host_apps import HTTP, HTTP_OUT, needs_v2, v1, v2, write_app
from host_fixtures import LoadFiles, Refuse

CALLED = sys.version_info < (3, 13)

SHARED = """
import shared.x, shared.deep.y

def main(req):
    return func.HttpResponse(shared.x.NAME + shared.deep.y.NAME)
"""

EXTENSION = """
    from azure.functions import AppExtensionBase, FuncExtensionBase

    options = []
    events = []


    class Extension(AppExtensionBase):
        @classmethod
        def pre_invocation_app_level(cls, logger, context, func_args, *args, **kwargs):
            events.append("pre")

        @classmethod
        def post_invocation_app_level(cls, logger, context, func_args, func_ret, *args, **kwargs):
            events.append("post")


    class OfFunction(FuncExtensionBase):
        def __init__(self, path):
            super().__init__(path)

        def pre_invocation(self, logger, context, func_args, *args, **kwargs):
            events.append("function pre")
"""

USE = """
{imported}
extension.options.append("configured")
extension.OfFunction(__file__)

def main(req):
    return func.HttpResponse(" ".join(extension.options + extension.events))
"""


def answer(root: Path, path: str = "/api/Hello") -> str:
    with load_app(root) as app:
        assert app.problems == []
        text: str = app.client.get(path).text
        return text


def write_each(folder: Path, apps: Dict[str, Dict[str, str]]) -> Dict[str, Path]:
    for name in apps:
        (folder / name).mkdir()
    return {name: write_app(folder / name, files) for name, files in apps.items()}


def test_letters_of_a_url_are_encoded_once(load_files: LoadFiles) -> None:
    code = """
        def main(req):
            return func.HttpResponse(f"{req.route_params['name']} {req.params['name']}")
    """
    app = load_files(v1("Hello", code, {**HTTP, "route": "hello/{name}"}, HTTP_OUT))

    assert app.get("/api/hello/Zoë B?name=Zoë+B").text == "Zoë B Zoë B"
    assert app.get("/api/hello/Zo%C3%AB%20B?name=Zo%C3%AB%20B").text == "Zoë B Zoë B"


@pytest.mark.parametrize("order", ["ACBA", "CAC", "BB"])
def test_each_app_has_its_own_modules(tmp_path: Path, order: str) -> None:
    files = {
        name: {
            "shared/x.py": f"NAME = '{name}'\n",
            "shared/deep/y.py": f"NAME = '{name}'\n",
            **v1("Hello", SHARED),
        }
        for name in "ABC"
    }
    files["C"]["shared/__init__.py"] = ""
    apps = write_each(tmp_path, files)

    assert [answer(apps[name]) for name in order] == [name * 2 for name in order]
    assert [name for name in sys.modules if name.startswith("shared")] == []


def test_modules_of_an_added_folder_are_removed(tmp_path: Path) -> None:
    code = """
        import os, pathlib, sys
        sys.path.append(pathlib.Path.cwd())
        sys.path.append(os.path.join(os.path.dirname(__file__), "..", "..", "lib-{}"))
        import helper

        def main(req):
            return func.HttpResponse(helper.NAME)
    """
    apps = write_each(tmp_path, {name: v1("Hello", code.format(name)) for name in "AB"})
    for name in "AB":
        (tmp_path / f"lib-{name}").mkdir()
        (tmp_path / f"lib-{name}" / "helper.py").write_text(f"NAME = '{name}'\n")

    assert [answer(apps[name]) for name in "ABA"] == ["A", "B", "A"]


def test_packages_of_an_environment_in_the_app_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = tmp_path / ".venv" / "site-packages"
    files = {".venv/site-packages/a_library.py": "", **v1("Hello", SHARED)}
    files["Hello/__init__.py"] = "import a_library\ndef main(req): pass\n"
    write_app(tmp_path, files)
    monkeypatch.syspath_prepend(str(packages))

    with load_app(tmp_path):
        library = sys.modules["a_library"]

    # Many C extension modules fail when they are imported a second time.
    assert sys.modules.pop("a_library") is library


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> List[str]:
    """Install an extension as a module, in a package, or in a namespace package."""
    packages = tmp_path / "site-packages"
    names = ["an_extension", "a_package.extension", "a_namespace.part.extension"]
    for name in names:
        file = packages.joinpath(*name.split(".")).with_suffix(".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(EXTENSION))
    for name in ("a_package", "a_namespace/part"):
        (packages / name / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(packages))
    return names


@pytest.fixture(autouse=True)
def _removed_modules() -> Any:
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


def import_line(name: str) -> str:
    parent, _, module = name.rpartition(".")
    imported = f"from {parent} import {module}" if parent else f"import {name}"
    return f"{imported} as extension"


@pytest.mark.parametrize("is_imported_before", [False, True])
@pytest.mark.parametrize("index", range(3))
def test_installed_extension_is_fresh_in_each_app(
    tmp_path: Path, installed: List[str], index: int, is_imported_before: bool
) -> None:
    name = installed[index]
    if is_imported_before:
        importlib.import_module(name).options.append("of the test")
    code = USE.format(imported=import_line(name))
    apps = write_each(tmp_path, {app: v1("Hello", code) for app in "AB"})
    expected = "configured pre function pre" if CALLED else "configured"

    assert [answer(apps[app]) for app in "ABA"] == [expected] * 3


def test_test_keeps_its_own_extension(tmp_path: Path, installed: List[str]) -> None:
    name = installed[2]
    extension = importlib.import_module(name)
    extension.options.append("of the test")
    answer(write_app(tmp_path, v1("Hello", USE.format(imported=import_line(name)))))
    namespace: Dict[str, Any] = {}

    exec(import_line(name), namespace)

    assert namespace["extension"] is extension
    assert sys.modules["a_namespace"].part.extension is extension
    assert extension.options == ["of the test"]


@needs_v2
def test_script_that_the_test_imported_is_fresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "@app.route()\ndef hello(req):\n    return func.HttpResponse('hello')\n"
    write_app(tmp_path, v2(code))
    monkeypatch.syspath_prepend(str(tmp_path))
    script = importlib.import_module("function_app")

    assert [answer(tmp_path, "/api/hello") for _ in range(2)] == ["hello"] * 2
    assert sys.modules["function_app"] is script


LOGGING = """
import logging.config, os
logging.getLogger("of_the_app")
logging.config.dictConfig({"version": 1, "root": {"handlers": ["file"]},
    "handlers": {"file": {"class": "logging.FileHandler", "filename": os.devnull}}})
logging.getLogger("of_a_library").addHandler(logging.NullHandler())
logging.getLogger("of_a_library").setLevel("ERROR")
logging.getLogger("of_the_test").setLevel("ERROR")
logging.getLogger("set_by_the_test").setLevel("ERROR")
assert logging.getLogger("of_the_app").disabled
assert logging.getLogger("of_the_test").disabled

def main(req):
    return func.HttpResponse("hello")
"""


def test_logging_of_an_app_ends_with_it(tmp_path: Path) -> None:
    """A file left open would raise a ResourceWarning."""
    root, of_test = logging.getLogger(), logging.getLogger("of_the_test")
    before = list(root.handlers)

    assert answer(write_app(tmp_path, v1("Hello", LOGGING))) == "hello"

    assert root.handlers == before
    assert not of_test.disabled
    assert not logging.getLogger("of_the_app").disabled
    of_library = logging.getLogger("of_a_library")
    assert [of_library.level, of_test.level] == [logging.NOTSET, logging.NOTSET]
    assert [type(handler) for handler in of_library.handlers] == [logging.NullHandler]


def test_level_that_a_test_sets_stays(tmp_path: Path) -> None:
    logger = logging.getLogger("set_by_the_test")

    with load_app(write_app(tmp_path, v1("Hello", LOGGING))):
        logger.setLevel("INFO")

    assert logger.level == logging.INFO


SIGNALS = """
import signal
seen = []
signal.signal(signal.SIGINT, lambda number, frame: seen.append(number))

def main(req):
    return func.HttpResponse(f"signals: {len(seen)}")
"""


def test_app_can_set_signal_handlers(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)

    with load_app(write_app(tmp_path, v1("Hello", SIGNALS))) as app:
        assert app.problems == []
        handler: Any = signal.getsignal(signal.SIGINT)
        handler(signal.SIGINT, None)
        assert app.client.get("/api/Hello").text == "signals: 1"

    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.skipif(sys.platform == "win32", reason="event loops of Windows have no signals")
def test_app_can_add_signal_handlers_to_its_loop(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGUSR1)
    code = """
        import asyncio, signal
        asyncio.get_event_loop().add_signal_handler(signal.SIGUSR1, print)

        def main(req):
            return func.HttpResponse("hello")
    """

    assert answer(write_app(tmp_path, v1("Hello", code))) == "hello"
    assert signal.getsignal(signal.SIGUSR1) is before


def test_tasks_of_an_app_are_cancelled(tmp_path: Path) -> None:
    ends: List[str] = []
    code = """
        import asyncio
        ends, tasks = [], []

        async def wait():
            try:
                await asyncio.Event().wait()
            finally:
                ends.append("cancelled")

        async def main(req):
            tasks.append(asyncio.create_task(wait()))
            await asyncio.sleep(0)
            return func.HttpResponse()
    """

    with load_app(write_app(tmp_path, v1("Hello", code))) as app:
        app.get("/api/Hello")
        ends = sys.modules["__app__.Hello"].ends

    assert ends == ["cancelled"]


def test_app_on_another_thread_needs_the_main_thread(tmp_path: Path) -> None:
    write_app(tmp_path, v1("Hello", SIGNALS))

    with ThreadPoolExecutor(1) as pool, pytest.raises(HostError) as raised:
        pool.submit(load_app(tmp_path).__enter__).result()

    assert str(raised.value).splitlines()[:2] == [
        f"{tmp_path / 'Hello' / '__init__.py'} raises when it is imported. "
        "It needs the main thread. Call load_app() there, or run functions-host.",
        "  Hello/__init__.py:5 in <module>",
    ]


def test_wrong_signal_raises_in_the_app(refuse: Refuse) -> None:
    (problem,) = refuse(v1("Hello", "import signal\nsignal.signal(-1, 0)\n"))

    assert problem.endswith("  ValueError: signal number out of range")


def test_app_without_a_function_that_loads_is_refused(tmp_path: Path) -> None:
    files = {**v1("One", "import no_such_module\n"), **v1("Two", "def main(): pass\n")}

    with pytest.raises(HostError) as raised, load_app(write_app(tmp_path, files)):
        pass

    one, two = raised.value.faults
    assert (one.function, two.function) == ("One", "Two")
    assert str(raised.value) == f"{one}\n{two}"
    assert "No module named 'no_such_module'" in str(raised.value)


def test_relative_path_starts_at_the_tests_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "def main(req, documents):\n    return func.HttpResponse(documents.read())\n"
    blob = {"type": "blob", "direction": "in", "name": "documents"}
    write_each(tmp_path, {name: v1("Hello", code, HTTP, HTTP_OUT, blob) for name in "AB"})
    (tmp_path / "inputs" / "Hello").mkdir(parents=True)
    (tmp_path / "inputs" / "Hello" / "documents.txt").write_text("a text")
    monkeypatch.chdir(tmp_path)

    with load_app(Path("A")), load_app(Path("B"), Path("inputs")) as app:
        assert app.client.get("/api/Hello").text == "a text"

    assert Path.cwd() == tmp_path


def test_client_is_of_no_use_after_its_block(tmp_path: Path) -> None:
    with load_app(write_app(tmp_path, v1("Hello", "def main(req): pass\n"))) as app:
        pass

    with pytest.raises(RuntimeError, match=re.escape("inside the block of load_app()")):
        app.client.get("/api/Hello")
