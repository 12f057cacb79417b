"""
Apps of the two programming models.

A v1 app has a folder with a `function.json` for each function. A v2 app has a module with one
FunctionApp and decorated functions.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Iterator, List, NamedTuple, Tuple

import azure.functions as func

from .definitions import Function, get_string, parse_function
from .errors import FunctionError, HostError, find_frames, last_line, user_frames
from .json_files import read_json
from .main_thread import is_main_thread

# The synthetic package that the worker puts over a v1 app's folder (loader.py, worker 4.34).
_NAMESPACE = "__app__"
_SCRIPT_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*\.py")


class Declaration(NamedTuple):
    """A v1 function as declared in its folder, before its code is imported."""

    function: Function
    script: Path
    entry_point: str


def find_folders(root: Path) -> List[Path]:
    """Return the folders of v1 functions, in the order in which the host loads them."""
    found = [path.parent for path in root.glob("*/function.json")]
    return sorted(found, key=lambda folder: folder.name.lower())


def read_declaration(folder: Path, prefix: str) -> Declaration:
    """Return the declaration of a v1 function."""
    metadata = read_json(folder / "function.json")
    entry_point = get_string(folder.name, metadata, "entryPoint") or "main"
    function = parse_function(folder.name, metadata, prefix)
    script = _find_script(folder, get_string(folder.name, metadata, "scriptFile"))
    if script.suffix != ".py":
        raise FunctionError(folder.name, f"has script {script.name}. Name a Python file.")
    return Declaration(function, script, entry_point)


def _find_script(folder: Path, named: str) -> Path:
    if named:
        script = Path(os.path.normpath(str(folder / named)))
        if folder.parent in script.parents and script.is_file():
            return script
        problem = f"has scriptFile {named!r}, which is not a file of the app."
        raise FunctionError(folder.name, problem)
    found = [file for file in folder.iterdir() if file.is_file() and file.suffix == ".py"]
    script = found[0] if len(found) == 1 else folder / "__init__.py"
    if not script.is_file():
        raise FunctionError(folder.name, 'has no script. Add "scriptFile".')
    return script


def make_namespace(root: Path) -> None:
    """Make the folders of a v1 app importable from `__app__`."""
    spec = ModuleSpec(_NAMESPACE, None, is_package=True)
    spec.submodule_search_locations = [str(root)]
    sys.modules[_NAMESPACE] = module_from_spec(spec)


def import_function(root: Path, declaration: Declaration) -> Callable[..., Any]:
    """Import the script of a v1 function, and return its entry point."""
    script, entry_point = declaration.script, declaration.entry_point
    parts = list(script.relative_to(root).with_suffix("").parts)
    if any("." in part for part in parts):
        raise HostError(f"{script} cannot be imported with a dot in its name. Rename it.")
    if parts[-1].lower() == "__init__":
        parts.pop()
    module = _import_script(script, ".".join([_NAMESPACE, *parts]), root)
    code = getattr(module, entry_point, None)
    if not callable(code):
        raise HostError(
            f"{script} has no function {entry_point}(). Define it, or name another "
            'with "entryPoint" in function.json.'
        )
    return code  # type: ignore[no-any-return]  # callable() narrows Any to Any


def find_app_script(root: Path) -> Path:
    """Return the path of the module that makes an app a v2 app, whether or not it exists."""
    name = os.environ.get("PYTHON_SCRIPT_FILE_NAME", "function_app.py")
    if not _SCRIPT_NAME.fullmatch(name):
        raise HostError(
            f"PYTHON_SCRIPT_FILE_NAME is {name!r}. Use the name of a .py file in the app's folder."
        )
    return root / name


def import_app(root: Path) -> Any:
    """Import the module of a v2 app, and return its only FunctionApp."""
    path = find_app_script(root)
    register = getattr(func, "FunctionRegister", None)
    if register is None:
        raise HostError(
            f"{path} is a v2 app, but azure-functions {func.__version__} does not support the "
            "v2 model. Install azure-functions 1.13 or newer."
        )
    # A test may have imported it before; its FunctionApp can be indexed only once.
    if getattr(sys.modules.get(path.stem), "__file__", None) == str(path):
        del sys.modules[path.stem]
    module = _import_script(path, path.stem, root)
    apps = dict(_find_globals(module, register))
    if len(apps) > 1:
        raise HostError(f"{path} has more than one FunctionApp: {', '.join(apps)}. Keep one.")
    for app in apps.values():
        return app
    raise HostError(f"{path} has no FunctionApp{_advise(module)}")


def _find_globals(module: ModuleType, kind: type) -> Iterator[Tuple[str, Any]]:
    for name, value in vars(module).items():
        try:
            is_of_kind = isinstance(value, kind)
        # Django's settings raise if they are not configured.
        except Exception as error:
            raise HostError(
                f"Microsoft's worker looks at the class of each global of {module.__file__}. That "
                f"of {name} raises {last_line(error)}. Move {name} into a function."
            ) from error
        if is_of_kind:
            yield name, value


def _advise(module: ModuleType) -> str:
    for name, _ in _find_globals(module, func.Blueprint):
        return (
            f" (found: {name}, a Blueprint). "
            f"Add app = func.FunctionApp() and app.register_functions({name})."
        )
    return ". Add app = func.FunctionApp()."


def _import_script(script: Path, name: str, root: Path) -> ModuleType:
    try:
        return importlib.import_module(name)
    # SystemExit too: an app that ends its process cannot be served.
    except BaseException as error:
        advice = "Correct the line below."
        if isinstance(error, ImportError) and root not in Path(error.path or "").parents:
            advice = "Install the packages in the app's requirements.txt."
        elif "main thread" in last_line(error) and not is_main_thread():
            advice = "It needs the main thread. Call load_app() there, or run functions-host."
        shown = "".join(f"\n  {line}" for line in user_frames(error, root))
        invalid = HostError(f"{script} raises when it is imported. {advice}{shown}")
        for frame in find_frames(error, root)[-1:]:
            invalid.locate(Path(frame.filename), frame.lineno)
        raise invalid from error
