"""
What becomes of a function's outputs on their way from the worker to the host.

The worker sends protobuf messages, which refuse some values and change others. Follows
bindings/datumdef.py and nullable_converters.py of worker 4.34.
"""

from __future__ import annotations

import json
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.cookies import Morsel, SimpleCookie
from typing import Any, Callable, Dict, Iterator, List, Optional

from azure.functions.meta import Datum


class ParserError(ValueError):
    """A cookie's `Expires` is not a date; the name is that of the worker's dateutil."""


def as_received(datum: Datum) -> Optional[Datum]:
    """
    Return an output as the host receives it, None if it receives nothing.

    Raises:
        NotImplementedError: The worker has no message for this type of datum.

        TypeError, ValueError: The message does not take the value.
    """
    kind, value = datum.type, datum.value
    if kind is None:
        return None
    if kind == "http":
        return Datum(_http(value), kind)
    if kind in ("dict", "list"):
        kind, value = "json", json.dumps(value)
    if kind not in _FIELDS:
        raise NotImplementedError(f"there is no message for data of type {kind!r}")
    if value is None:
        # The message is there, but none of its fields is set.
        return Datum(None, None)
    return Datum(_FIELDS[kind](value), "int" if kind == "bool" else kind)


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode()
    if not isinstance(value, str):
        raise TypeError(f"a text was expected, not {type(value).__name__}")
    # Raises for half a surrogate pair.
    value.encode()
    return str(value)


def _bytes(value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError(f"bytes were expected, not {type(value).__name__}")
    return value


def _int64(value: Any) -> int:
    if not -(2**63) <= value < 2**63:
        raise ValueError(f"{value} does not fit into 64 bits")
    return int(value)


def _http(value: Dict[str, Any]) -> Dict[str, Any]:
    headers = {_text(name): _text(header.value) for name, header in value["headers"].items()}
    return {
        "status_code": Datum(_text(value["status_code"].value), "string"),
        "headers": {name: Datum(header, "string") for name, header in headers.items()},
        "body": as_received(value["body"]),
        "cookies": list(_cookies(value.get("cookies") or [])),
    }


def _cookies(sent: List[SimpleCookie]) -> Iterator[SimpleCookie]:
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
        _parse_date(morsel["expires"])


def _parse_date(text: str) -> datetime:
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            return parse(text)
        except (TypeError, ValueError):
            continue
    raise ParserError(f"{text!r} is not a date")


_FIELDS: Dict[str, Callable[[Any], Any]] = {
    "bool": _int64,
    "bytes": _bytes,
    "double": float,
    "int": _int64,
    "json": _text,
    "string": _text,
}
