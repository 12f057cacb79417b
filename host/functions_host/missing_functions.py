"""Advice on apps without functions. Microsoft's host only reports "0 functions found"."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import FunctionType
from typing import Any, Dict, Iterator, Mapping, Tuple

from .models import find_app_script, find_folders

_APP = re.compile(r"\b(?:Asgi|Wsgi)?FunctionApp\(")
_BLUEPRINT = re.compile(r"^(\w+)\s*(?::[^=\n]+)?=.*\bBlueprint\(", re.MULTILINE)
_MAIN = re.compile(r"^(?:async )?def main\(", re.MULTILINE)


def advise_on_missing_app(root: Path, script: str) -> str:
    """Return what to do with a folder that has neither a script nor a `function.json`."""
    advice = [f"Pass the folder {file.parent}." for file in sorted(root.glob("*/host.json"))]
    for file, code in _read_scripts(root):
        where = file.relative_to(root)
        if _APP.search(code) and file.parent == root:
            advice.append(f"Rename {where} to {script}, or set PYTHON_SCRIPT_FILE_NAME to {where}.")
        elif _MAIN.search(code) and file.parent.parent == root:
            advice.append(f"Add {where.with_name('function.json')} for the main() of {where}.")
    return " ".join(advice or ["Pass the folder that contains host.json."])


def explain_no_functions(root: Path, skipped: Mapping[str, str]) -> str:
    """Return why an app without a fault has no functions, and what to do."""
    if skipped:
        return "All functions are switched off."
    script = find_app_script(root)
    advice = [*_find_blueprints(root), *_find_lost_functions(script)]
    folders = ", ".join(folder.name for folder in find_folders(root))
    if folders:
        advice.append(f"Only the app in {script.name} counts, not function.json in {folders}.")
    if not advice:
        advice.append("Decorate a function, for example with @app.route().")
    return f"The app in {script} has none. {' '.join(advice)}"


def _find_blueprints(root: Path) -> Iterator[str]:
    for file, code in _read_scripts(root):
        loaded = [one for one in list(sys.modules.values()) if _get(one, "__file__") == str(file)]
        for name in _BLUEPRINT.findall(code):
            where = f"the Blueprint {name} of {file.relative_to(root)}"
            if any(not _get(_get(one, name), "_function_builders") for one in loaded):
                yield f"Decorate a function of {where}."
            else:
                yield f"Register {where}: app.register_functions({name})."


def _find_lost_functions(script: Path) -> Iterator[str]:
    # After `@app.route` without parentheses, the function's name is an inner function of the SDK.
    for name, value in get_members(sys.modules.get(script.stem)).items():
        # Do not use isinstance(), which runs code of proxies.
        if type(value) is not FunctionType or "<locals>" not in value.__qualname__:
            continue
        if str(value.__module__).startswith("azure.functions."):
            yield f"Add parentheses to the decorator of {name}(), such as @app.route()."


def _read_scripts(root: Path) -> Iterator[Tuple[Path, str]]:
    """Return the Python files of an app, but not of its virtual environments."""
    for file in sorted(root.rglob("*.py")):
        folders = file.relative_to(root).parts[:-1]
        is_package = any(name.startswith(".") or name == "site-packages" for name in folders)
        if file.is_file() and not is_package:
            yield file, file.read_text(encoding="utf-8", errors="replace")


def _get(value: Any, name: str) -> Any:
    return get_members(value).get(name)


def get_members(value: Any) -> Dict[str, Any]:
    """Return the stored attributes of a module or object, not the computed ones."""
    # The attributes of a proxy, such as Flask's `request`, raise anything at this time.
    try:
        return dict(getattr(value, "__dict__", {}))
    except Exception:
        return {}
