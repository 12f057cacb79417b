"""The SDK's own converters between bindings and Python values, which the worker uses too."""

from __future__ import annotations

from typing import Any

from azure.functions import get_binding_registry


def converter_of(binding_type: str) -> Any:
    """
    Return the converter class of a binding type, None for one that the SDK does not know.
    """
    registry: Any = get_binding_registry()  # type: ignore[no-untyped-call]  # as the SDK has it
    return registry.get(binding_type)
