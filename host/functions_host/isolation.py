"""Fresh modules for each app that one process loads."""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Sequence, Set

from azure.functions import AppExtensionBase, FuncExtensionBase

# The worker, its extension packages for bindings and streaming, and a v1 app keep state in module
# globals.
_WORKER_PACKAGES = (
    "__app__",
    "azure_functions_runtime",
    "azure_functions_runtime_v1",
    "azure_functions_worker",
    "azurefunctions",
)
# The SDK, which has the registry of extensions, and the parent package that it shares.
_SDK = ("azure", "azure.functions")


@contextmanager
def fresh_modules(root: Path) -> Iterator[None]:
    """
    Let an app import its own modules and its worker extensions' packages again.

    A worker extension registers when its module is imported, and keeps its options in its package.
    So a package that the process imported earlier is unloaded until the end.
    """
    before, path = dict(sys.modules), list(sys.path)
    importlib.invalidate_caches()
    _unload(_find_packages())
    try:
        yield
    finally:
        folders = [str(root), *(entry for entry in sys.path if entry not in path)]
        loaded = [name for name in list(sys.modules) if name not in before]
        _unload([*_find_packages(), *_find_own(loaded, folders, path)])
        _restore(before)


def _find_packages() -> List[str]:
    """Return the modules of the worker, and those of each package with an extension."""
    classes = [*_find_subclasses(AppExtensionBase), *_find_subclasses(FuncExtensionBase)]
    # A class in a function does not register when its module is imported.
    names = {cls.__module__ for cls in classes if "<locals>" not in cls.__qualname__}
    packages = {*_WORKER_PACKAGES, *(_find_package(name) for name in names if name != "__main__")}
    beginnings = tuple(f"{package}." for package in packages)
    # An entry of None blocks an import. It stays.
    modules: Dict[str, Any] = dict(sys.modules)
    loaded = [name for name, module in modules.items() if module is not None]
    return [name for name in loaded if f"{name}.".startswith(beginnings)]


def _find_subclasses(cls: Any) -> Iterator[Any]:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _find_subclasses(subclass)


def _find_package(name: str) -> str:
    # Namespace packages have no file, and contain unrelated packages.
    parts = name.split(".")
    for parent in (".".join(parts[:count]) for count in range(1, len(parts))):
        if parent not in _SDK and _get(sys.modules.get(parent), "__file__"):
            return parent
    return name


def _find_own(loaded: Sequence[str], folders: Sequence[str], path: Sequence[str]) -> Set[str]:
    """Return the modules from an app's folders, without those of an environment below them."""
    # An entry may be a Path, which Python ignores.
    prefixes = {str(entry).rstrip(os.sep) + os.sep: entry in folders for entry in (*path, *folders)}
    own: Set[str] = set()
    shared: Set[str] = set()
    for name in loaded:
        are_own = {_is_own(place, prefixes) for place in _find_places(sys.modules[name])}
        if True in are_own:
            (shared if False in are_own else own).add(name)
    # A namespace package in several folders stays only if it has modules from elsewhere.
    others = [name for name in sys.modules if name not in own and name not in shared]
    return own | {name for name in shared if not any(o.startswith(f"{name}.") for o in others)}


def _find_places(module: Any) -> List[str]:
    try:
        places = [_get(module, "__file__"), *(_get(module, "__path__") or ())]
    # The parent of a namespace package may be unloaded.
    except KeyError:
        return []
    return [place for place in places if isinstance(place, str)]


def _is_own(place: str, prefixes: Mapping[str, bool]) -> bool:
    holders = [prefix for prefix in prefixes if place.startswith(prefix)]
    return bool(holders) and prefixes[max(holders, key=len)]


def _unload(names: Iterable[str]) -> None:
    for name in names:
        module, (parent, _, child) = sys.modules.pop(name, None), name.rpartition(".")
        # Delete the attribute, too: `from PARENT import CHILD` would find it.
        if module is not None and _get(sys.modules.get(parent), child) is module:
            delattr(sys.modules[parent], child)


def _restore(before: Mapping[str, ModuleType]) -> None:
    for name, module in before.items():
        if sys.modules.get(name) is not module:
            sys.modules[name] = module
            parent, _, child = name.rpartition(".")
            if parent in before and _get(before[parent], child) is None:
                setattr(before[parent], child, module)


def _get(module: Any, name: str) -> Any:
    # Not getattr(): the `__getattr__` of a module may import other modules.
    members: Dict[str, Any] = getattr(module, "__dict__", {})
    return members.get(name)
