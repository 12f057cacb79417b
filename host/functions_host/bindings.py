"""
Conversion of a function's inputs and outputs.

The worker chooses a converter for each binding when it loads the function (`signature.py`): the
SDK's, or its own. Follows bindings/meta.py and bindings/generic.py of worker 4.34.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Dict, Mapping, NamedTuple, Optional

import azure.functions as func
from azure.functions.meta import Datum

from .asgi import Request
from .wire import convert_output


class Trigger(NamedTuple):
    """
    The event that triggers a function: the value of its trigger binding, and its metadata.

    `inputs` has the values of the function's other inputs. `request` is the HTTP request to forward
    to an HTTP streaming app.
    """

    value: Datum
    metadata: Dict[str, Datum]
    inputs: Mapping[str, Datum] = MappingProxyType({})
    request: Optional[Request] = None


class Out(func.Out[Any]):
    """The value of an output parameter, with the same two methods as the worker's class."""

    def __init__(self) -> None:
        self._value: Any = None

    def set(self, val: Any) -> None:
        self._value = val

    def get(self) -> Any:
        return self._value


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
        # As the converters of the SDK do for a type that they cannot encode.
        raise NotImplementedError


class Converters(NamedTuple):
    """
    The converters of a function's inputs (including its trigger) and of its output parameters.

    `returned` converts the returned value. It is None if the function must return None.
    """

    inputs: Dict[str, Any]
    outputs: Dict[str, Any]
    returned: Any


def find_converter(binding_type: str) -> Any:
    """Return the SDK's converter for a type of binding, the generic one if the SDK has none."""
    registry: Any = func.get_binding_registry()  # type: ignore[no-untyped-call]  # untyped SDK
    return registry.get(binding_type) or GenericConverter


def has_implicit_output(binding_type: str) -> bool:
    """Return whether a function with such a binding may return a value without `$return`."""
    converter = find_converter(binding_type)
    if converter is GenericConverter:
        return binding_type != "durableClient"
    return bool(getattr(converter, "has_implicit_output", bool)())


def decode(converter: Any, data: Datum, metadata: Mapping[str, Datum]) -> Any:
    """
    Return an argument for a function.

    Only converters of triggers get the metadata.

    Raises:
        TypeError: The binding does not accept such data.
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
        values: The values of the output parameters. None is not sent.

    Raises:
        RuntimeError: The function returned a value, but does not have a binding for it.

        TypeError: A binding does not accept its value.
    """
    if result is not None and converters.returned is None:
        raise RuntimeError("The function returned a value, but does not have a $return binding.")
    sent = {
        name: _encode(name, converter, values[name]) or Datum(None, None)
        for name, converter in converters.outputs.items()
        if values[name] is not None
    }
    returned = converters.returned and _encode("$return", converters.returned, result)
    return sent if returned is None else {**sent, "$return": returned}


def _encode(name: str, converter: Any, value: Any) -> Optional[Datum]:
    try:
        return convert_output(converter.encode(value, expected_type=None))
    except NotImplementedError as error:
        why = str(error) or "it is not supported"
        kind = type(value).__name__
        raise TypeError(f"{converter.__name__} cannot encode {kind} of {name}: {why}") from error
