"""Apps of the v2 programming model: a module with one decorated FunctionApp."""

from __future__ import annotations

import importlib
import inspect
import json
import os
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, List

import azure.functions as func

from . import extensions
from .definitions import parse_definition, parse_route
from .errors import HostError, last_line
from .functions import Function
from .signature import read_signature
from .v1 import import_failure

_SCRIPT_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*\.py")


def script(root: Path) -> Path:
    """
    Return the module that makes an app a v2 app, whether or not it exists.

    Raises:
        HostError: PYTHON_SCRIPT_FILE_NAME is no file name.
    """
    name = os.environ.get("PYTHON_SCRIPT_FILE_NAME") or "function_app.py"
    if not _SCRIPT_NAME.fullmatch(name):
        raise HostError(
            f"PYTHON_SCRIPT_FILE_NAME is {name!r}. Use the name of a .py file in the app's folder."
        )
    return root / name


def load(root: Path, prefix: str, problems: List[str]) -> List[Function]:
    """
    Import the app and index its functions, running their load hooks.

    Args:
        problems: Is added a message if the app cannot be indexed: one broken function breaks all.
    """
    path = script(root)
    try:
        functions = [
            _indexed(root, prefix, function) for function in _get_functions(path, _app(root, path))
        ]
    except HostError as error:
        problems.append(str(error))
        return []
    for function in functions:
        extensions.function_loaded(function.name, function.load_directory)
    return sorted(functions, key=lambda function: function.name.lower())


def falls_back_to_v1() -> bool:
    """
    Tell whether an app without functions is then looked at as a v1 app (host-contract 1.4).
    """
    return sys.version_info < (3, 13)


def _app(root: Path, path: Path) -> Any:
    register = getattr(func, "FunctionRegister", None)
    if register is None:
        raise HostError(
            f"{path} is an app of the v2 model, which this azure-functions has not. "
            "Install azure-functions 1.13 or newer."
        )
    try:
        module = importlib.import_module(path.stem)
    # SystemExit too: an app that ends its process cannot be served.
    except BaseException as error:
        raise HostError(import_failure(path, root, error)) from error
    named = {name: value for name, value in vars(module).items() if isinstance(value, register)}
    if len(named) > 1:
        raise HostError(f"{path} has more than one FunctionApp: {', '.join(named)}. Keep one.")
    for app in named.values():
        return app
    raise HostError(f"{path} has no FunctionApp{_blueprints(module)}")


def _blueprints(module: ModuleType) -> str:
    for name, value in vars(module).items():
        if isinstance(value, func.Blueprint):
            return (
                f" (found: {name}, a Blueprint). "
                f"Add app = func.FunctionApp() and app.register_functions({name})."
            )
    return ". Add app = func.FunctionApp()."


def _get_functions(path: Path, app: Any) -> List[Any]:
    try:
        return list(app.get_functions())
    except BaseException as error:
        why = last_line(error).rstrip(".")
        raise HostError(f"{path} cannot be indexed: {why}. Correct it.") from error


def _indexed(root: Path, prefix: str, function: Any) -> Function:
    if not hasattr(function, "get_function_json"):
        raise HostError(f"{script(root)} has a get_functions() that returns {function!r}.")
    definition = parse_definition(
        function.get_function_name(), json.loads(function.get_function_json())
    )
    code = function.get_user_function()
    signature = read_signature(definition, code)
    directory = str(Path(inspect.getfile(code)).parent)
    route = parse_route(prefix, definition)
    return Function(definition, code, signature, directory, str(root), route)
