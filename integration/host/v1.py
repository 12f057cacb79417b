"""Apps of the v1 programming model: a folder with `function.json` for each function."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, List

from . import extensions
from .definitions import parse_definition, parse_route, script_of, text_of
from .errors import HostError, user_frames
from .functions import Function
from .settings import read_json
from .signature import read_signature

# The synthetic package that the worker puts over the app's folder (loader.py, worker 4.34).
_NAMESPACE = "__app__"


def folders(root: Path) -> List[Path]:
    """
    Return the folders of the app's functions, in the order in which the host loads them.
    """
    found = [path.parent for path in root.glob("*/function.json")]
    return sorted(found, key=lambda folder: folder.name.lower())


def load(root: Path, prefix: str, problems: List[str]) -> List[Function]:
    """
    Import every function, running its load hooks.

    Args:
        problems: Is added a message for each function that cannot be loaded.
    """
    namespace = ModuleType(_NAMESPACE)
    namespace.__path__ = [str(root)]
    sys.modules[_NAMESPACE] = namespace
    functions: List[Function] = []
    for folder in folders(root):
        try:
            if any(folder.name.lower() == function.name.lower() for function in functions):
                raise HostError(f"{folder} has the name of another function. Rename one.")
            functions.append(_load_one(root, prefix, folder))
        except HostError as error:
            problems.append(str(error))
    return functions


def _load_one(root: Path, prefix: str, folder: Path) -> Function:
    metadata = read_json(folder / "function.json")
    entry_point = text_of(folder.name, metadata, "entryPoint") or "main"
    definition = parse_definition(folder.name, metadata)
    route = parse_route(prefix, definition)
    script = script_of(folder, metadata)
    code = _import(root, script, entry_point)
    signature = read_signature(definition, code)
    extensions.function_loaded(definition.name, str(folder))
    return Function(definition, code, signature, str(folder), str(folder), route)


def _import(root: Path, script: Path, entry_point: str) -> Callable[..., Any]:
    parts = list(script.relative_to(root).with_suffix("").parts)
    if any("." in part for part in parts):
        raise HostError(f"{script} cannot be imported with a dot in its name. Rename it.")
    if parts[-1] == "__init__":
        parts.pop()
    name = ".".join([_NAMESPACE, *parts])
    try:
        module = importlib.import_module(name)
    # SystemExit too: an app that ends its process cannot be served.
    except BaseException as error:
        raise HostError(import_failure(script, root, error)) from error
    code = getattr(module, entry_point, None)
    if not callable(code):
        raise HostError(
            f"{script} has no function {entry_point}(). Define it, or name another "
            'with "entryPoint" in function.json.'
        )
    return code  # type: ignore[no-any-return]  # callable() narrows Any to Any


def import_failure(script: Path, root: Path, error: BaseException) -> str:
    """
    Say where in the app's own code an import failed.
    """
    advice = (
        "Install what the app's requirements.txt names."
        if isinstance(error, ImportError)
        else "Correct the line below."
    )
    frames = "".join(f"\n  {line}" for line in user_frames(error, root))
    return f"{script} raises when it is imported. {advice}{frames}"
