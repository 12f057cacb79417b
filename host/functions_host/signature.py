"""
The signatures that Microsoft's worker accepts, and the converters that it chooses for them.

Follows `azure_functions_worker/functions.py` of worker 4.34 (docs/host-contract.md#19-signatures).
"""

from __future__ import annotations

import collections.abc
import inspect
import sys
import typing
from typing import Any, Callable, Dict, Generic, List, Mapping, NamedTuple, Set, Tuple

from .bindings import Converters, GenericConverter, find_converter, has_implicit_output
from .deferred import find_deferred_converter, uses_http_streaming
from .definitions import Binding, Function
from .errors import FunctionError

_ALIAS: Any = type(List[int])
_BARE_ALIAS: Any = type(List)
_SPECIAL_FORMS = (typing.Union, tuple, typing.ClassVar, collections.abc.Callable)


class Signature(NamedTuple):
    """How to call a function."""

    is_async: bool
    takes_context: bool
    converters: Converters


def read_signature(function: Function, code: Callable[..., Any]) -> Signature:
    """Return how to call a function, or raise an error if the worker would not load it."""
    try:
        parameters = set(inspect.signature(code).parameters)
        annotations = typing.get_type_hints(code)
    # get_type_hints() evaluates annotations that are strings. This may raise anything.
    except Exception as error:
        why = str(error).rstrip(".")
        raise FunctionError(function.name, f"has an invalid signature: {why}.") from None
    bindings = {binding.name for binding in function.bindings} - {"$return"}
    takes_context = "context" in parameters - bindings
    if takes_context:
        parameters.remove("context")
        _check_context(function.name, annotations.get("context"))
    _check_names(function.name, parameters, bindings)
    converters = choose_converters(function, annotations)
    return Signature(inspect.iscoroutinefunction(code), takes_context, converters)


def _check_names(function: str, parameters: Set[str], bindings: Set[str]) -> None:
    for name in sorted(parameters - bindings):
        raise FunctionError(
            function,
            f"has a parameter {name!r} without a binding. "
            f"Bindings: {', '.join(sorted(bindings))}. Rename or remove it.",
            name,
        )
    for name in sorted(bindings - parameters):
        problem = f"has a binding {name!r} without a parameter. Add it to def."
        raise FunctionError(function, problem, name)


def _check_context(function: str, annotation: Any) -> None:
    if annotation is not None and getattr(annotation, "__name__", None) != "Context":
        raise _refusal(function, "context", annotation, "Use azure.functions.Context.")


def choose_converters(function: Function, annotations: Mapping[str, Any]) -> Converters:
    """
    Choose the converters of a function whose parameter names match its bindings.

    Raises:
        FunctionError: The worker would refuse an annotation.
    """
    inputs: Dict[str, Any] = {}
    outputs: Dict[str, Any] = {}
    for binding in function.bindings:
        if binding.name != "$return":
            chosen = outputs if binding.direction == "out" else inputs
            chosen[binding.name] = _choose(function.name, binding, annotations)
    return Converters(inputs, outputs, _choose_for_return(function, annotations))


def _choose(function: str, binding: Binding, annotations: Mapping[str, Any]) -> Any:
    if binding.name not in annotations:
        return find_converter(binding.type)
    annotation = annotations[binding.name]
    is_out = _is_out(annotation)
    classes: Tuple[Any, ...] = getattr(annotation, "__args__", ()) if is_out else (annotation,)
    if is_out != (binding.direction == "out") or len(classes) != 1:
        direction = "an output" if binding.direction == "out" else "an input"
        advice = f"Its binding is {direction}. Use func.Out[...] for outputs only."
        raise _refusal(function, binding.name, annotation, advice)
    if not isinstance(classes[0], type) and not _is_generic(classes[0]):
        raise _refusal(function, binding.name, annotation, _advise_class(classes[0]))
    converter = find_deferred_converter(binding, annotation) or find_converter(binding.type)
    # An implicit output keeps its converter: the activities of durable functions need it.
    if classes[0] in (str, bytes) and not has_implicit_output(binding.type):
        converter = GenericConverter
    if not _is_accepted(converter, "output" if is_out else "input", classes[0]):
        raise _refusal(function, binding.name, annotation, _advise(binding.type))
    return converter


def _choose_for_return(function: Function, annotations: Mapping[str, Any]) -> Any:
    types = [binding.type for binding in function.bindings if binding.name == "$return"]
    if not types:
        # If several bindings have an implicit output, the last one counts.
        types = [one.type for one in function.bindings if has_implicit_output(one.type)]
        return find_converter(types[-1]) if types else None
    converter = find_converter(types[0])
    if "return" in annotations:
        annotation = annotations["return"]
        is_class = isinstance(annotation, type) and not _is_generic(annotation)
        if not is_class or not _is_accepted(converter, "output", annotation):
            raise _refusal(function.name, "return", annotation, _advise(types[0]))
    return converter


def _is_generic(annotation: Any) -> bool:
    if isinstance(annotation, type):
        return Generic in annotation.__mro__
    is_alias = isinstance(annotation, (_ALIAS, _BARE_ALIAS))
    return is_alias and annotation.__origin__ not in _SPECIAL_FORMS


def _is_out(annotation: Any) -> bool:
    if isinstance(annotation, _ALIAS) and _is_generic(annotation):
        annotation = annotation.__origin__
    return isinstance(annotation, type) and annotation.__name__ == "Out"


def _is_accepted(converter: Any, direction: str, annotation: Any) -> bool:
    try:
        return bool(getattr(converter, f"check_{direction}_type_annotation")(annotation))
    # Some checks raise unless they get a class, and some converters lack one of the two checks.
    except (AttributeError, TypeError):
        return False


def _advise_class(annotation: Any) -> str:
    # From Python 3.11 on, `list[int]` is not a class.
    origin = getattr(annotation, "__origin__", None)
    if origin in (list, dict):
        name = origin.__name__
        return f"The worker refuses {name}[...]. Use typing.{name.capitalize()}[...]."
    return "Use a class."


def _advise(binding_type: str) -> str:
    is_http = binding_type in ("httpTrigger", "http")
    if is_http and sys.version_info < (3, 13) and uses_http_streaming():
        return "HTTP streaming needs Python 3.13 or newer on this host. Run the app there."
    return f"A binding of type {binding_type} does not accept it. Change or remove the annotation."


def _refusal(function: str, name: str, annotation: Any, advice: str) -> FunctionError:
    subject = "its return" if name == "return" else name
    return FunctionError(function, f"annotates {subject} as {annotation!r}. {advice}", name)
