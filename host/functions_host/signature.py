"""
The signature that Microsoft's worker requires of a function.

Follows `azure_functions_worker/functions.py` of worker 4.34 (docs/host-contract.md#19-signatures).
"""

from __future__ import annotations

import inspect
import typing
from typing import Any, Callable, Dict, NamedTuple, Set

import azure.functions as func

from .bindings import find_converter
from .definitions import Binding, Function
from .errors import HostError


class Signature(NamedTuple):
    """How to call a function."""

    is_async: bool
    takes_context: bool
    annotations: Dict[str, Any]


def read_signature(function: Function, code: Callable[..., Any]) -> Signature:
    """Return how to call a function, if the worker would load it."""
    try:
        parameters = set(inspect.signature(code).parameters)
        annotations = typing.get_type_hints(code)
    # get_type_hints() evaluates annotations that are strings, which may raise anything.
    except Exception as error:
        why = str(error).rstrip(".")
        raise HostError(f"Function {function.name} has an invalid signature: {why}.") from None
    bindings = {binding.name: binding for binding in function.bindings}
    takes_context = "context" in parameters - set(bindings)
    if takes_context:
        parameters.remove("context")
        _check_context(function.name, annotations.get("context"))
    _check_names(function.name, parameters, set(bindings) - {"$return"})
    for name, binding in bindings.items():
        annotated = "return" if name == "$return" else name
        if annotated in annotations:
            _check_annotation(function.name, binding, annotations[annotated])
    return Signature(inspect.iscoroutinefunction(code), takes_context, annotations)


def _check_names(function: str, parameters: Set[str], bindings: Set[str]) -> None:
    for name in sorted(parameters - bindings):
        raise HostError(
            f"Function {function} has a parameter {name!r} without a binding. "
            f"Bindings: {', '.join(sorted(bindings))}. Rename or remove it."
        )
    for name in sorted(bindings - parameters):
        raise HostError(
            f"Function {function} has a binding {name!r} without a parameter. Add it to def."
        )


def _check_context(function: str, annotation: Any) -> None:
    if annotation is not None and getattr(annotation, "__name__", None) != "Context":
        raise HostError(
            f"Function {function} annotates context as {annotation!r}. Use azure.functions.Context."
        )


def _check_annotation(function: str, binding: Binding, annotation: Any) -> None:
    is_return = binding.name == "$return"
    is_out = annotation is func.Out or getattr(annotation, "__origin__", None) is func.Out
    if not is_return and is_out != (binding.direction == "out"):
        direction = "an output" if binding.direction == "out" else "an input"
        raise HostError(
            f"Function {function} annotates {binding.name} as {annotation!r}, "
            f"but its binding is {direction}. Use func.Out for outputs only."
        )
    converter = find_converter(binding.type)
    if converter is None or (not is_return and (is_out or annotation in (str, bytes))):
        return
    check = "check_output_type_annotation" if is_return else "check_input_type_annotation"
    try:
        accepted = getattr(converter, check)(annotation)
    except TypeError:
        accepted = False
    if not accepted:
        raise HostError(
            f"Function {function} annotates {'its return' if is_return else binding.name} as "
            f"{annotation!r}, which its binding does not accept. Change or remove the annotation."
        )
