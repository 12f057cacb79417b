"""What is declared of a function, and what Microsoft's host demands of it (host-contract 1.5)."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence

from .errors import HostError
from .routes import Route

# FunctionDescriptorProvider.cs and Utility.cs, host 4.1037.
_FUNCTION_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,127}")
_BINDING_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,127}")
_DIRECTIONS = ("in", "out", "inout")

# The host takes types in any case, the SDK's converters only as written here.
_KINDS = {"http": "http", "httptrigger": "httpTrigger"}


class Binding(NamedTuple):
    """One entry of a function's `bindings`, in lower case where case does not matter."""

    name: str
    type: str
    direction: str
    settings: Dict[str, Any]

    @property
    def is_trigger(self) -> bool:
        return self.type.lower().endswith("trigger")


class Definition(NamedTuple):
    """What `function.json`, or a v2 decorator, says of a function."""

    name: str
    bindings: List[Binding]
    disabled: bool

    @property
    def trigger(self) -> Binding:
        return next(binding for binding in self.bindings if binding.is_trigger)


def parse_definition(name: str, metadata: Dict[str, Any]) -> Definition:
    """
    Return the definition in a `function.json`, or in what the SDK makes of v2 decorators.

    Raises:
        HostError: Microsoft's host would put the function in error.
    """
    if not _FUNCTION_NAME.fullmatch(name) or name.lower() == "host":
        raise HostError(
            f"{name!r} is not a valid function name. Use a letter, then letters, digits, - and _."
        )
    entries = metadata.get("bindings")
    if not isinstance(entries, list) or not entries:
        raise HostError(f"Function {name} has no bindings. Add at least its trigger.")
    bindings = [_parse_binding(name, entry) for entry in entries]
    _check_one_of_each(name, bindings)
    return Definition(name, bindings, _is_disabled(name, metadata.get("disabled", False)))


def parse_route(prefix: str, definition: Definition) -> Optional[Route]:
    """
    Return the route of an HTTP function, None for any other.

    Raises:
        HostError: It is no template, or one that the host keeps for itself.
    """
    if definition.trigger.type != "httpTrigger":
        return None
    route = text_of(definition.name, definition.trigger.settings, "route") or definition.name
    if re.match(r"/*(admin|runtime)", route, re.IGNORECASE):
        raise HostError(
            f"Function {definition.name} has route {route!r}, which conflicts with the host's own. "
            "Let it start with neither admin nor runtime."
        )
    if prefix:
        return Route(f"{prefix}/{route}")
    # A template may start with a slash, as the one of an AsgiFunctionApp (worker issue 1310).
    return Route(route[1:] if route.startswith("/") else route)


def _parse_binding(function: str, entry: Any) -> Binding:
    if not isinstance(entry, dict):
        raise HostError(f"Function {function} has a binding that is no object: {entry!r}.")
    settings = {str(key)[:1].lower() + str(key)[1:]: value for key, value in entry.items()}
    kind, name = settings.get("type"), str(settings.get("name", ""))
    direction = str(settings.get("direction", "in")).lower()
    if not kind:
        raise HostError(f"Function {function} has a binding without a type. Add its type.")
    if direction not in _DIRECTIONS:
        raise HostError(
            f"Function {function} has a binding with direction {settings['direction']!r}. "
            f"Use one of {', '.join(_DIRECTIONS)}."
        )
    if name != "$return" and not _BINDING_NAME.fullmatch(name):
        raise HostError(
            f"Function {function} has a binding named {name!r}. Use a letter, then letters and "
            "digits; Microsoft's host takes no underscore."
        )
    if name == "$return" and direction != "out":
        raise HostError(f"Function {function} binds $return as {direction!r}. Make it out.")
    binding = Binding(name, _KINDS.get(str(kind).lower(), str(kind)), direction, settings)
    if binding.is_trigger and direction != "in":
        raise HostError(f"Function {function} has a trigger that is {direction!r}. Make it in.")
    _check_methods(function, settings.get("methods"))
    return binding


def _check_methods(function: str, methods: Any) -> None:
    if methods is None or (
        isinstance(methods, list) and all(isinstance(method, str) for method in methods)
    ):
        return
    raise HostError(f'Function {function} has methods {methods!r}. Write a list such as ["get"].')


def text_of(function: str, settings: Dict[str, Any], name: str) -> str:
    """
    Return a setting of a function that is a text, an empty one if it is not there.

    Raises:
        HostError: It is something else.
    """
    value = settings.get(name)
    if value is not None and not isinstance(value, str):
        raise HostError(f"Function {function} has {name} {value!r}. Write a text.")
    return value or ""


def _check_one_of_each(function: str, bindings: Sequence[Binding]) -> None:
    names = [binding.name.lower() for binding in bindings]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise HostError(f"Function {function} has two bindings named {twice!r}. Rename one.")
    triggers = [binding.type for binding in bindings if binding.is_trigger]
    if not triggers:
        raise HostError(f"Function {function} has no trigger. Add a binding such as httpTrigger.")
    if len(triggers) > 1:
        raise HostError(
            f"Function {function} has several triggers ({', '.join(triggers)}). Keep one."
        )
    for binding in bindings:
        if binding.direction != "out" and not binding.is_trigger:
            raise HostError(
                f"Function {function} has an input binding {binding.name} ({binding.type}), which "
                "this host cannot supply. Use func start or the container for it."
            )


def _is_disabled(name: str, disabled: Any) -> bool:
    setting = os.environ.get(f"AzureWebJobs.{name}.Disabled")
    return str(disabled if setting is None else setting).lower() in ("true", "1")


def script_of(folder: Path, metadata: Dict[str, Any]) -> Path:
    """
    Return the Python file of a v1 function (host-contract 1.5).

    Raises:
        HostError: It is not there, or is no Python file.
    """
    named = text_of(folder.name, metadata, "scriptFile")
    if named:
        script = Path(os.path.normpath(str(folder / named)))
        if folder.parent not in script.parents or not script.is_file():
            raise HostError(
                f"Function {folder.name} has scriptFile {named!r}, which is not there in the app."
            )
    else:
        others = [file for file in folder.iterdir() if file.is_file() and file.suffix == ".py"]
        script = others[0] if len(others) == 1 else folder / "__init__.py"
        if not script.is_file():
            raise HostError(f'Function {folder.name} has no script. Add "scriptFile".')
    if script.suffix != ".py":
        raise HostError(
            f"Function {folder.name} has script {script.name}, which is no Python file."
        )
    return script
