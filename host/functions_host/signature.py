"""
The signature that Microsoft's worker demands of a function.

Follows `azure_functions_worker/functions.py` of worker 4.34 and host-contract 1.9.
"""

from __future__ import annotations

import inspect
import typing
from typing import Any, Callable, Dict, NamedTuple, Set

import azure.functions as func

from .converters import converter_of
from .definitions import Binding, Definition
from .errors import HostError


class Signature(NamedTuple):
    """How to call a function."""

    is_async: bool
    takes_context: bool
    annotations: Dict[str, Any]


def read_signature(definition: Definition, code: Callable[..., Any]) -> Signature:
    """
    Return how to call a function.

    Raises:
        HostError: The worker would refuse to load it.
    """
    try:
        parameters = inspect.signature(code).parameters
        annotations = typing.get_type_hints(code)
    # Annotations that are texts are evaluated, and may raise anything.
    except Exception as error:
        why = str(error).rstrip(".")
        raise HostError(f"Function {definition.name} has no usable signature: {why}.") from None
    bound = {binding.name: binding for binding in definition.bindings}
    returned = bound.pop("$return", None)
    takes_context = "context" in parameters and "context" not in bound
    _check_names(
        definition.name, set(parameters) - ({"context"} if takes_context else set()), set(bound)
    )
    if takes_context:
        _check_context(definition.name, annotations)
    for name, binding in bound.items():
        if name in annotations:
            _check_parameter(definition.name, binding, annotations[name])
    if returned is not None and "return" in annotations:
        _check_return(definition.name, returned, annotations["return"])
    return Signature(inspect.iscoroutinefunction(code), takes_context, annotations)


def _check_names(function: str, parameters: Set[str], bound: Set[str]) -> None:
    for name in sorted(parameters - bound):
        raise HostError(
            f"Function {function} has a parameter {name!r} that no binding has. "
            f"Bindings: {', '.join(sorted(bound))}. Rename or remove it."
        )
    for name in sorted(bound - parameters):
        raise HostError(
            f"Function {function} has a binding {name!r} but no such parameter. Add it to def."
        )


def _check_context(function: str, annotations: Dict[str, Any]) -> None:
    annotation = annotations.get("context")
    if annotation is not None and getattr(annotation, "__name__", None) != "Context":
        raise HostError(
            f"Function {function} annotates context as {annotation!r}. Use azure.functions.Context."
        )


def _check_parameter(function: str, binding: Binding, annotation: Any) -> None:
    is_out = annotation is func.Out or getattr(annotation, "__origin__", None) is func.Out
    if is_out != (binding.direction == "out"):
        kind = "an output" if binding.direction == "out" else "no output"
        raise HostError(
            f"Function {function} annotates {binding.name} as {annotation!r}, "
            f"but its binding is {kind}. Use func.Out for outputs only."
        )
    converter = converter_of(binding.type)
    if is_out or converter is None or annotation in (str, bytes):
        return
    _check_type(function, binding.name, annotation, converter.check_input_type_annotation)


def _check_return(function: str, binding: Binding, annotation: Any) -> None:
    converter = converter_of(binding.type)
    if converter is not None:
        _check_type(function, "its return", annotation, converter.check_output_type_annotation)


def _check_type(function: str, what: str, annotation: Any, accepts: Callable[[Any], bool]) -> None:
    try:
        accepted = accepts(annotation)
    except TypeError:
        accepted = False
    if not accepted:
        raise HostError(
            f"Function {function} annotates {what} as {annotation!r}, which its binding "
            "does not take. Change or remove the annotation."
        )
