"""
Parameters with a type of the SDK's extensions, such as `BlobClient`, up to Python 3.12.

The worker converts them with the package `azurefunctions.extensions.base`
(docs/host-contract.md#110-deferred-bindings). From 3.13 on, Microsoft's runtime does this.
"""

from __future__ import annotations

import sys
from typing import Any, Mapping, Optional

from .definitions import DEFERRED, Binding, Function


def find_deferred_converter(binding: Binding, annotation: Any) -> Optional[Any]:
    """Return the converter for an annotation, if an extension that the app imports has its type."""
    registry = _find_registry()
    if registry is None or not registry.check_supported_type(annotation):
        return None
    return registry.get(binding.type)


def mark_deferred(function: Function, converters: Mapping[str, Any]) -> Function:
    """Mark the bindings with such a converter as the SDK does."""
    registry = _find_registry()
    if registry is None:
        return function
    return function._replace(
        bindings=[
            binding._replace(settings={**binding.settings, "properties": {DEFERRED: True}})
            if converters.get(binding.name) is registry.get(binding.type) is not None
            else binding
            for binding in function.bindings
        ]
    )


def uses_http_streaming() -> bool:
    """Return whether the app imports an extension for HTTP streaming."""
    base: Any = sys.modules.get("azurefunctions.extensions.base")
    return bool(base and base.HttpV2FeatureChecker.http_v2_enabled())


def _find_registry() -> Optional[Any]:
    base: Any = sys.modules.get("azurefunctions.extensions.base")
    return base and base.get_binding_registry()
