"""Apps of the v1 programming model: a folder with `function.json` for each function."""

from __future__ import annotations

import importlib
import sys
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path
from typing import Any, Callable, Iterator, List, NamedTuple, Optional, Set

from .definitions import Definition, parse_definition, parse_route, script_of, text_of
from .errors import HostError, user_frames
from .routes import Route
from .settings import read_json

# The synthetic package that the worker puts over the app's folder (loader.py, worker 4.34).
_NAMESPACE = "__app__"


class Declared(NamedTuple):
    """What the folder of a function says about it."""

    folder: Path
    definition: Definition
    route: Optional[Route]
    script: Path
    entry_point: str


def folders(root: Path) -> List[Path]:
    """
    Return the folders of the app's functions, in the order in which the host loads them.
    """
    found = [path.parent for path in root.glob("*/function.json")]
    return sorted(found, key=lambda folder: folder.name.lower())


def declared(root: Path, prefix: str, problems: List[str]) -> Iterator[Declared]:
    """
    Yield the app's functions, before any of their code is imported.

    Args:
        problems: Is added a message for each function that is not declared as it should be.
    """
    names: Set[str] = set()
    for folder in folders(root):
        try:
            if folder.name.lower() in names:
                raise HostError(f"{folder} has the name of another function. Rename one.")
            yield _declared(prefix, folder)
            names.add(folder.name.lower())
        except HostError as error:
            problems.append(str(error))


def _declared(prefix: str, folder: Path) -> Declared:
    metadata = read_json(folder / "function.json")
    entry_point = text_of(folder.name, metadata, "entryPoint") or "main"
    definition = parse_definition(folder.name, metadata)
    route = parse_route(prefix, definition)
    return Declared(folder, definition, route, script_of(folder, metadata), entry_point)


def make_namespace(root: Path) -> None:
    """
    Let the app's folders be imported from `__app__`.
    """
    spec = ModuleSpec(_NAMESPACE, None, is_package=True)
    spec.submodule_search_locations = [str(root)]
    sys.modules[_NAMESPACE] = module_from_spec(spec)


def imported(root: Path, function: Declared) -> Callable[..., Any]:
    """
    Import a function's script, and return what its entry point is.

    Raises:
        HostError: It can't be imported, or has no such function.
    """
    script, entry_point = function.script, function.entry_point
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
