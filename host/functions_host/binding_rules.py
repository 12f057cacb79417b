"""
The worker's choice of a converter for each binding, and what follows from it (up to Python 3.12).

A `str` or `bytes` annotation makes the worker use a converter of its own instead of the SDK's. That
converter then checks the annotation, decodes and encodes. Follows functions.py, bindings/meta.py
and bindings/generic.py of worker 4.34.
"""

from __future__ import annotations

import collections.abc
import typing
from typing import Any, Dict, Generic, List, Mapping, NamedTuple, Optional, Tuple

from azure.functions import get_binding_registry
from azure.functions.meta import Datum

from .definitions import Binding, Definition
from .errors import HostError
from .wire import as_received

_ALIAS: Any = type(List[int])
_BARE_ALIAS: Any = type(List)
_SPECIAL_FORMS = (typing.Union, tuple, typing.ClassVar, collections.abc.Callable)


class GenericConverter:
    """Converter for types of bindings that the SDK does not know, and for `str` and `bytes`."""

    @staticmethod
    def has_trigger_support() -> bool:
        return False

    @staticmethod
    def check_input_type_annotation(annotation: Any) -> bool:
        return issubclass(annotation, (str, bytes))

    @staticmethod
    def check_output_type_annotation(annotation: Any) -> bool:
        return issubclass(annotation, (str, bytes, bytearray))

    @staticmethod
    def decode(data: Optional[Datum], *, trigger_metadata: Mapping[str, Datum]) -> Any:
        if data is None or data.type in ("string", "bytes", "json"):
            return data and data.value
        raise ValueError(f"a parameter without a type of the SDK cannot take {data.type!r} data")

    @staticmethod
    def encode(value: Any, *, expected_type: Any) -> Datum:
        if isinstance(value, bytearray):
            return Datum(bytes(value), "bytes")
        # A bool is sent as an int.
        kinds = {str: "string", bytes: "bytes", dict: "dict", list: "list", int: "int"}
        for python_type, kind in {**kinds, float: "double", type(None): None}.items():
            if isinstance(value, python_type):
                return Datum(value, kind)
        raise NotImplementedError


class Converters(NamedTuple):
    """
    The converters of a function's bindings.

    Attributes:
        inputs: One for each input, among them the trigger.

        outputs: One for each output parameter.

        returned: Converts what the function returns; None if it must return None.
    """

    inputs: Dict[str, Any]
    outputs: Dict[str, Any]
    returned: Any


def choose_converters(definition: Definition, annotations: Mapping[str, Any]) -> Converters:
    """
    Choose the converters of a function whose parameters have the names of its bindings.

    Raises:
        HostError: The worker would refuse an annotation.
    """
    inputs: Dict[str, Any] = {}
    outputs: Dict[str, Any] = {}
    for binding in definition.bindings:
        if binding.name != "$return":
            chosen = outputs if binding.direction == "out" else inputs
            chosen[binding.name] = _choose(definition.name, binding, annotations)
    return Converters(inputs, outputs, _choose_for_return(definition, annotations))


def find_converter(binding_type: str) -> Any:
    """
    Return the SDK's converter for a type of binding, the generic one if the SDK has none.
    """
    registry: Any = get_binding_registry()  # type: ignore[no-untyped-call]  # as the SDK has it
    return registry.get(binding_type) or GenericConverter


def has_implicit_output(binding_type: str) -> bool:
    """
    Return whether a function with such a binding may return a value without a $return binding.
    """
    converter = find_converter(binding_type)
    if converter is GenericConverter:
        return binding_type != "durableClient"
    return bool(getattr(converter, "has_implicit_output", bool)())


def decode(converter: Any, data: Optional[Datum], metadata: Mapping[str, Datum]) -> Any:
    """
    Return an argument for a function.

    Args:
        metadata: Data about what triggered the function; only converters of triggers get them.

    Raises:
        TypeError: The binding does not take such data.
    """
    known = metadata if converter.has_trigger_support() else {}
    try:
        return converter.decode(data, trigger_metadata=known)
    except NotImplementedError as error:
        raise TypeError(f"{converter.__name__} cannot decode {data!r}: {error}") from error


def encode_outputs(
    converters: Converters, values: Mapping[str, Any], result: Any
) -> Dict[str, Datum]:
    """
    Return what a function sends to the host.

    Args:
        values: What it set its output parameters to; None is not sent.

    Raises:
        RuntimeError: It returned a value, but has no binding that takes it.

        TypeError: A binding does not take its value.
    """
    if result is not None and converters.returned is None:
        raise RuntimeError("The function returned a value, but has no $return binding.")
    sent = {
        name: _encode(converter, values[name]) or Datum(None, None)
        for name, converter in converters.outputs.items()
        if values[name] is not None
    }
    returned = converters.returned and _encode(converters.returned, result)
    return sent if returned is None else {**sent, "$return": returned}


def _choose(function: str, binding: Binding, annotations: Mapping[str, Any]) -> Any:
    if binding.name not in annotations:
        return find_converter(binding.type)
    annotation = annotations[binding.name]
    is_out = _is_out(annotation)
    classes: Tuple[Any, ...] = getattr(annotation, "__args__", ()) if is_out else (annotation,)
    if is_out != (binding.direction == "out") or len(classes) != 1:
        kind = "an output" if binding.direction == "out" else "not an output"
        advice = f"Its binding is {kind}. Use func.Out[...] for outputs only."
        raise _refusal(function, binding.name, annotation, advice)
    if not isinstance(classes[0], type) and not _is_generic(classes[0]):
        raise _refusal(function, binding.name, annotation, "Use a class.")
    converter = find_converter(binding.type)
    # An implicit output keeps its converter, as the activities of durable functions must.
    if classes[0] in (str, bytes) and not has_implicit_output(binding.type):
        converter = GenericConverter
    if not _is_accepted(converter, "output" if is_out else "input", classes[0]):
        raise _refusal(function, binding.name, annotation, f"{binding.type} does not take it.")
    return converter


def _choose_for_return(definition: Definition, annotations: Mapping[str, Any]) -> Any:
    kinds = [binding.type for binding in definition.bindings if binding.name == "$return"]
    if not kinds:
        # Of several the last one counts, whether it is the trigger or an output.
        kinds = [one.type for one in definition.bindings if has_implicit_output(one.type)]
        return find_converter(kinds[-1]) if kinds else None
    converter = find_converter(kinds[0])
    if "return" in annotations:
        annotation = annotations["return"]
        is_class = isinstance(annotation, type) and not _is_generic(annotation)
        if not is_class or not _is_accepted(converter, "output", annotation):
            raise _refusal(
                definition.name, "its return", annotation, f"{kinds[0]} does not take it."
            )
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
    # Some checks need a class and raise otherwise, and not every converter has both.
    except (AttributeError, TypeError):
        return False


def _encode(converter: Any, value: Any) -> Optional[Datum]:
    try:
        return as_received(converter.encode(value, expected_type=None))
    except NotImplementedError as error:
        kind = type(value).__name__
        raise TypeError(f"{converter.__name__} cannot encode {kind}: {error}") from error


def _refusal(function: str, name: str, annotation: Any, advice: str) -> HostError:
    return HostError(f"Function {function} annotates {name} as {annotation!r}. {advice}")
