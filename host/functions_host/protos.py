"""
Stand-ins for the gRPC messages that Microsoft's host and workers exchange.

The runtimes for Python 3.13 and newer take a module `protos` and build their answers from it. These
are plain objects with the fields of FunctionRpc.proto (host 4.1037), without gRPC.
"""

from __future__ import annotations

import sys
from email.utils import formatdate
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any, Dict, Optional

from azure.functions.meta import Datum

_COOKIE_FIELDS = {"domain": "domain", "path": "path", "secure": "secure", "http_only": "httponly"}


class Message(SimpleNamespace):
    """A message with fields and nothing else."""


class TypedData(Message):
    """A message with one field set."""

    def WhichOneof(self, group: str) -> Optional[str]:  # noqa: N802  # as in protobuf
        return next((name for name, value in vars(self).items() if value is not None), None)


class ParameterBinding(Message):
    def WhichOneof(self, group: str) -> str:  # noqa: N802  # as in protobuf
        return "data"


class BindingInfo(Message):
    # The values of both enumerations, Direction and DataType.
    inout = 2
    out = 1
    undefined = 0


class StatusResult(Message):
    Failure = 0
    Success = 1


class RpcException(Message):
    """The texts of an exception, and for the host the exception itself."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields, error=sys.exc_info()[1])


class RpcHttpCookie(Message):
    class SameSite:
        Lax = "Lax"
        Strict = "Strict"
        ExplicitNone = "None"


# The enumeration's value for "not set", which is not a valid name in Python.
setattr(RpcHttpCookie.SameSite, "None", None)


def __getattr__(name: str) -> Any:
    # All other messages.
    if name.startswith("_"):
        raise AttributeError(name)
    return Message


def to_typed_data(datum: Datum) -> TypedData:
    """Return a value for a function as a message."""
    if datum.type != "http":
        return TypedData(**{str(datum.type): datum.value})
    fields = {
        name: {key: field.value for key, field in value.items()}
        for name, value in datum.value.items()
        if isinstance(value, dict)
    }
    method, url = datum.value["method"].value, datum.value["url"].value
    body = to_typed_data(datum.value["body"])
    return TypedData(http=Message(method=method, url=url, body=body, **fields))


def from_typed_data(data: TypedData) -> Datum:
    """Return a value that a function sent."""
    kind = data.WhichOneof("data")
    if kind is None:
        # Protobuf has no message with a string field that is set to None.
        return Datum(None, "string")
    value = getattr(data, kind)
    return Datum(_convert_response(value) if kind == "http" else value, kind)


def _convert_response(http: Message) -> Dict[str, Any]:
    return {
        "status_code": Datum(http.status_code, "string"),
        "headers": {name: Datum(value, "string") for name, value in http.headers.items()},
        "body": from_typed_data(http.body),
        "cookies": [_convert_cookie(cookie) for cookie in http.cookies or []],
    }


def _convert_cookie(message: Message) -> SimpleCookie:
    cookie = SimpleCookie({message.name: message.value})
    morsel = cookie[message.name]
    for field, attribute in _COOKIE_FIELDS.items():
        morsel[attribute] = getattr(message, field).value
    if message.expires is not None:
        morsel["expires"] = formatdate(message.expires.value.seconds, usegmt=True)
    if message.max_age is not None:
        morsel["max-age"] = repr(message.max_age.value)
    if message.same_site is not None:
        morsel["samesite"] = message.same_site
    return cookie
