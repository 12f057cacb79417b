"""
Stand-ins for the gRPC messages that Microsoft's host and workers exchange.

The runtimes for Python 3.13 and newer build their answers from whatever module they are handed as
`protos`; these are plain objects with the fields of FunctionRpc.proto (host 4.1037), and know
nothing of gRPC.
"""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any, Optional


class Message(SimpleNamespace):
    """A message that is only its fields."""


class _OneOf(Message):
    """A message of which one field is set."""

    def WhichOneof(self, group: str) -> Optional[str]:  # noqa: N802  # as in protobuf
        return next((name for name, value in vars(self).items() if value is not None), None)


class TypedData(_OneOf):
    pass


class ParameterBinding(Message):
    def WhichOneof(self, group: str) -> str:  # noqa: N802  # as in protobuf
        return "data"


class BindingInfo(Message):
    # Of both enumerations, Direction and DataType.
    inout = 2
    out = 1
    undefined = 0


class StatusResult(Message):
    Failure = 0
    Success = 1


class RpcException(Message):
    """
    Keeps, besides its texts, the exception itself, for the host to show.
    """

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields, error=sys.exc_info()[1])


class RpcHttpCookie(Message):
    class SameSite:
        Lax = "Lax"
        Strict = "Strict"
        ExplicitNone = "None"


# How a cookie says nothing: its attribute's name is no Python name.
setattr(RpcHttpCookie.SameSite, "None", None)

FunctionLoadResponse = Message
FunctionMetadataResponse = Message
InvocationResponse = Message
NullableBool = Message
NullableDouble = Message
NullableString = Message
NullableTimestamp = Message
RpcFunctionMetadata = Message
RpcHttp = Message
RpcRetryOptions = Message
Timestamp = Message
WorkerInitResponse = Message
WorkerMetadata = Message
