"""Apps of the v2 programming model: a module with one decorated FunctionApp."""

from __future__ import annotations

import importlib
import os
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import azure.functions as func

from .errors import HostError
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


def falls_back_to_v1() -> bool:
    """
    Tell whether an app without functions is then looked at as a v1 app (host-contract 1.4).
    """
    return sys.version_info < (3, 13)


def imported(root: Path) -> Any:
    """
    Import the app's module, and return its one FunctionApp.

    Raises:
        HostError: It can't be imported, or has none or several.
    """
    path = script(root)
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
