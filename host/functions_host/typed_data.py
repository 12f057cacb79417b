"""Between the SDK's `Datum` and the messages of `protos`, as Microsoft's host has them."""

from __future__ import annotations

import time
from http.cookies import SimpleCookie
from typing import Any, Dict, List

from azure.functions.meta import Datum

from .protos import Message, RpcHttp, TypedData

_FROM_COOKIE = {"domain": "domain", "path": "path", "secure": "secure", "http_only": "httponly"}


def to_typed_data(datum: Datum) -> TypedData:
    """
    Return what a function is given as a message.
    """
    if datum.type == "http":
        return TypedData(http=_request(datum.value))
    return TypedData(**{str(datum.type): datum.value})


def from_typed_data(data: TypedData) -> Datum:
    """
    Return what a function has sent.
    """
    kind = data.WhichOneof("data")
    if kind is None:
        # Protobuf has no message in which a text is there and is None.
        return Datum(None, "string")
    value = getattr(data, kind)
    return Datum(_response(value) if kind == "http" else value, kind)


def _request(value: Dict[str, Any]) -> Message:
    return RpcHttp(
        method=value["method"].value,
        url=value["url"].value,
        headers=_texts(value["headers"]),
        body=to_typed_data(value["body"]),
        params=_texts(value["params"]),
        query=_texts(value["query"]),
    )


def _texts(values: Dict[str, Datum]) -> Dict[str, str]:
    return {name: datum.value for name, datum in values.items()}


def _response(http: Message) -> Dict[str, Any]:
    return {
        "status_code": Datum(http.status_code, "string"),
        "headers": {name: Datum(value, "string") for name, value in http.headers.items()},
        "body": from_typed_data(http.body),
        "cookies": _cookies(http.cookies or []),
    }


def _cookies(sent: List[Message]) -> List[SimpleCookie]:
    cookies = []
    for message in sent:
        cookie = SimpleCookie({message.name: message.value})
        morsel = cookie[message.name]
        for field, attribute in _FROM_COOKIE.items():
            morsel[attribute] = getattr(message, field).value
        if message.expires is not None:
            at = time.gmtime(message.expires.value.seconds)
            morsel["expires"] = time.strftime("%a, %d %b %Y %H:%M:%S GMT", at)
        if message.max_age is not None:
            morsel["max-age"] = f"{message.max_age.value:g}"
        if message.same_site is not None:
            morsel["samesite"] = message.same_site
        cookies.append(cookie)
    return cookies
