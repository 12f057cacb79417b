"""Functions as `function.json` or v2 decorators define them."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from typing import Any, Dict, List, NamedTuple, Optional, Sequence

from .errors import FunctionError, HostError
from .routes import Route

# FunctionDescriptorProvider.cs and Utility.cs, host 4.1038.
_FUNCTION_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,127}")
_BINDING_NAME = re.compile(r"(?!.*__)[A-Za-z_][A-Za-z0-9_]{0,127}")
# The host knows "inout", too, but the worker refuses it.
_DIRECTIONS = ("in", "out")
# The host ignores the case of types, the SDK's converters do not.
_TYPES = {"http": "http", "httptrigger": "httpTrigger"}


# This key in a binding's `properties` marks a parameter with a type of an SDK extension.
DEFERRED = "SupportsDeferredBinding"


class Binding(NamedTuple):
    """One entry of a function's `bindings`, in lower case where case does not matter."""

    name: str
    type: str
    direction: str
    settings: Dict[str, Any]

    @property
    def is_trigger(self) -> bool:
        return self.type.lower().endswith("trigger")

    @property
    def is_deferred(self) -> bool:
        properties = self.settings.get("properties")
        return isinstance(properties, dict) and properties.get(DEFERRED) is True


class Function(NamedTuple):
    """
    A function of an app.

    `route` is None unless an HTTP request triggers the function. The worker sets `loaded` once the
    function can be invoked.
    """

    name: str
    bindings: List[Binding]
    route: Optional[Route]
    disabled: bool
    loaded: Any = None

    @property
    def trigger(self) -> Binding:
        return next(binding for binding in self.bindings if binding.is_trigger)

    @property
    def methods(self) -> Optional[List[str]]:
        """The HTTP methods it accepts, in upper case; None for all."""
        methods = self.trigger.settings.get("methods")
        return None if methods is None else [method.upper() for method in methods]

    def accepts(self, method: str) -> bool:
        return self.methods is None or method.upper() in self.methods

    def shares_method_with(self, other: Function) -> bool:
        """Return whether both functions accept a method."""
        if self.methods is None or other.methods is None:
            return True
        return not set(self.methods).isdisjoint(other.methods)


def parse_function(name: str, metadata: Dict[str, Any], prefix: str) -> Function:
    """
    Return the function in a `function.json`, or in the same form that the SDK gives a v2 function.

    It checks what Microsoft's host checks (docs/host-contract.md#15-function-declarations).
    """
    if not _FUNCTION_NAME.fullmatch(name) or name.lower() == "host":
        raise HostError(
            f"{name!r} is not a valid function name. Use a letter, then letters, digits, - and _."
        )
    entries = metadata.get("bindings")
    if not isinstance(entries, list) or not entries:
        raise FunctionError(name, "has no bindings. Add at least its trigger.")
    bindings = [_parse_binding(name, entry) for entry in entries]
    conflict = _find_conflict(bindings)
    if conflict:
        raise FunctionError(name, conflict)
    disabled = os.environ.get(f"AzureWebJobs.{name}.Disabled", metadata.get("disabled"))
    function = Function(name, bindings, None, str(disabled).lower() in ("true", "1"))
    if function.trigger.type != "httpTrigger":
        return function
    return function._replace(route=_parse_route(prefix, name, function.trigger.settings))


def find_route_conflicts(functions: Sequence[Function]) -> List[HostError]:
    """Return an error for each function with the same route as an earlier function."""
    errors: List[HostError] = []
    by_route: Dict[str, List[Function]] = defaultdict(list)
    for function in functions:
        if function.route is None:
            continue
        template = function.route.template
        earlier = by_route[template.strip("/").lower()]
        errors += [
            FunctionError(
                function.name,
                f"has the same route as function {other.name}: {template}. "
                "Change one of the routes, or its methods.",
            )
            for other in earlier
            if function.shares_method_with(other)
        ]
        earlier.append(function)
    return errors


def _parse_route(prefix: str, function: str, settings: Dict[str, Any]) -> Route:
    route = get_string(function, settings, "route") or function
    if re.match(r"/*(admin|runtime)", route, re.IGNORECASE):
        raise FunctionError(
            function,
            f"has route {route!r}, which is reserved for the host. "
            "Start it with a word other than admin or runtime.",
        )
    if prefix:
        return Route(f"{prefix}/{route}")
    # A template may start with a slash: an AsgiFunctionApp's does (worker issue 1310).
    return Route(route[1:] if route.startswith("/") else route)


def _parse_binding(function: str, entry: Any) -> Binding:
    if not isinstance(entry, dict):
        raise FunctionError(function, f"has a binding that is not an object: {entry!r}.")
    settings = {str(key)[:1].lower() + str(key)[1:]: value for key, value in entry.items()}
    name, type_ = str(settings.get("name", "")), str(settings.get("type") or "")
    direction = str(settings.get("direction", "in")).lower()
    binding = Binding(name, _TYPES.get(type_.lower(), type_), direction, settings)
    problem = _find_problem(binding)
    if problem:
        raise FunctionError(function, f"has a binding {name!r} {problem}", name)
    return binding


def _find_problem(binding: Binding) -> str:
    name, direction, methods = binding.name, binding.direction, binding.settings.get("methods")
    if not binding.type:
        return "without a type. Add its type."
    if direction not in _DIRECTIONS:
        return f"with direction {direction!r}. Use one of {', '.join(_DIRECTIONS)}."
    if name == "$return" and direction != "out":
        return f"with direction {direction!r}. Make it out."
    if name != "$return" and not _BINDING_NAME.fullmatch(name):
        return "with an invalid name. Use a letter or _, then letters, digits and single _."
    if binding.is_trigger and direction != "in":
        return f"that is a trigger with direction {direction!r}. Make it in."
    if methods is not None and not _is_list_of_strings(methods):
        return f'with methods {methods!r}. Write a list such as ["get"].'
    return ""


def _is_list_of_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _find_conflict(bindings: Sequence[Binding]) -> str:
    names = [binding.name.lower() for binding in bindings]
    for name in names:
        if names.count(name) > 1:
            return f"has two bindings named {name!r}. Rename one."
    triggers = [binding.type for binding in bindings if binding.is_trigger]
    if not triggers:
        return "has no trigger. Add a binding such as httpTrigger."
    if len(triggers) > 1:
        return f"has several triggers ({', '.join(triggers)}). Keep one."
    return ""


def get_string(function: str, settings: Dict[str, Any], name: str) -> str:
    """Return a setting of a function, an empty string if it is missing."""
    value = settings.get(name)
    if value is not None and not isinstance(value, str):
        raise FunctionError(function, f"has {name} {value!r}. Write a string.")
    return value or ""
