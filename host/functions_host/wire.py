"""
The messages that carry a function's outputs to the host.

They are protobuf messages: they refuse some values and change others. Follows bindings/datumdef.py
and nullable_converters.py of worker 4.34.
"""

from __future__ import annotations

import json
from http.cookies import Morsel, SimpleCookie
from typing import Any, Callable, Dict, Iterator, List, Optional

from azure.functions.meta import Datum

from .cookies import parse_expires


class ParserError(ValueError):
    """A cookie's `Expires` is not a date. The name is that of dateutil's error in the worker."""


def convert_output(datum: Datum) -> Optional[Datum]:
    """
    Return an output as the host receives it, or None if the host receives nothing.

    Raises:
        NotImplementedError: The worker does not have a message for this type of datum.

        TypeError, ValueError: The message does not accept the value.
    """
    kind, value = datum.type, datum.value
    if kind is None:
        return None
    if kind == "http":
        return Datum(_convert_response(value), kind)
    if kind in ("dict", "list"):
        kind, value = "json", json.dumps(value)
    if kind not in _FIELDS:
        raise NotImplementedError(f"data of type {kind!r} cannot be sent")
    if value is None:
        # The message exists, but has no field set.
        return Datum(None, None)
    return Datum(_FIELDS[kind](value), "int" if kind == "bool" else kind)


def _to_text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode()
    if not isinstance(value, str):
        raise TypeError(f"text was expected, not {type(value).__name__}")
    # This raises an error for half of a surrogate pair.
    value.encode()
    return str(value)


def _to_bytes(value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError(f"bytes were expected, not {type(value).__name__}")
    return value


def _to_int64(value: Any) -> int:
    if not -(2**63) <= value < 2**63:
        raise ValueError(f"{value} does not fit into 64 bits")
    return int(value)


def _convert_response(value: Dict[str, Any]) -> Dict[str, Any]:
    headers = {_to_text(name): _to_text(header.value) for name, header in value["headers"].items()}
    return {
        "status_code": Datum(_to_text(value["status_code"].value), "string"),
        "headers": {name: Datum(header, "string") for name, header in headers.items()},
        "body": convert_output(value["body"]),
        "cookies": list(_split_cookies(value.get("cookies") or [])),
    }


def _split_cookies(sent: List[SimpleCookie]) -> Iterator[SimpleCookie]:
    for several in sent:
        for name, morsel in several.items():
            _check_cookie(morsel)
            cookie = SimpleCookie()
            cookie[name] = morsel
            yield cookie


def _check_cookie(morsel: Morsel[str]) -> None:
    if morsel["max-age"] != "":
        try:
            float(morsel["max-age"])
        except ValueError:
            raise TypeError(f"cookie {morsel.key} has max-age {morsel['max-age']!r}") from None
    if morsel["expires"]:
        try:
            parse_expires(morsel["expires"])
        except ValueError as error:
            raise ParserError(str(error)) from None


_FIELDS: Dict[str, Callable[[Any], Any]] = {
    "bool": _to_int64,
    "bytes": _to_bytes,
    "double": float,
    "int": _to_int64,
    "json": _to_text,
    "string": _to_text,
}
