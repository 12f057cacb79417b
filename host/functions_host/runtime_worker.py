"""
Microsoft's own runtimes for Python 3.13 and newer, from PyPI.

This module calls their handlers as Microsoft's proxy worker does, but without gRPC: the requests
and `protos` are stand-ins. From Python 3.15 on, invocations take the native path, as in R2P2.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.metadata
import json
import os
import sys
import uuid
from pathlib import Path
from typing import Any, List, Optional

from azure.functions.meta import Datum
from werkzeug.wrappers import Response

from . import protos
from .bindings import Trigger
from .calls import share_log
from .definitions import Function, parse_function
from .errors import HostError, last_line
from .http_messages import FORWARDED
from .indexing import find_indexing_errors
from .models import Declaration, import_app, import_function
from .native_path import NativePath
from .protos import BindingInfo, Message, ParameterBinding, from_typed_data, to_typed_data
from .signature import read_signature
from .streaming import discard, forward
from .worker import Outcome, Worker

_DIRECTIONS = {"in": 0, "out": BindingInfo.out}
_PATH = "FUNCTIONS_HOST_INVOCATION_PATH"


class RuntimeWorker(Worker):
    """Index and invoke functions with Microsoft's `azure_functions_runtime`, or `…_v1`."""

    def __init__(self) -> None:
        super().__init__()
        self._runtime: Any = None
        self._native: Optional[NativePath] = None
        # The address of the web server inside an HTTP streaming app.
        self._http_server: Optional[str] = None

    def close(self) -> None:
        if self._native is not None:
            self._native.close()
        if self._runtime is not None:
            self._runtime.stop_threadpool_executor()

    async def load_v1(self, root: Path, prefix: str) -> List[Function]:
        self._start("azure_functions_runtime_v1")
        await self._initialize(root)
        return await super().load_v1(root, prefix)

    async def load_v2(self, root: Path, prefix: str) -> List[Function]:
        self._start("azure_functions_runtime")
        return await super().load_v2(root, prefix)

    async def invoke(self, function: Function, trigger: Trigger) -> Outcome:
        invocation_id = str(uuid.uuid4())
        invocation = _make_invocation(function, trigger, invocation_id)
        forwarding = self._forward(trigger, invocation_id)
        outcome = await self._run(function, invocation, forwarding)
        if forwarding is not None and outcome.error is not None:
            discard(forwarding)
        return outcome

    async def _run(
        self, function: Function, invocation: Message, forwarding: Optional[asyncio.Task[Response]]
    ) -> Outcome:
        try:
            response = await self._call(invocation, is_streamed=forwarding is not None)
            if response.result.status == protos.StatusResult.Failure:
                return Outcome({}, response.result.exception.error)
            answer = await forwarding if forwarding else None
        # The runtime does not catch SystemExit, which ends Microsoft's proxy worker.
        except BaseException as error:
            return Outcome({}, error)
        outputs = {sent.name: from_typed_data(sent.data) for sent in response.output_data}
        if response.return_value is not None:
            outputs["$return"] = from_typed_data(response.return_value)
        if answer is not None:
            http = (binding.name for binding in function.bindings if binding.type == "http")
            outputs.update(dict.fromkeys(http, Datum(answer, FORWARDED)))
        return Outcome(outputs, None)

    async def _call(self, invocation: Message, is_streamed: bool) -> Message:
        # Deferred bindings would take the classic path, too, but they were refused earlier.
        if self._native is not None and not is_streamed:
            return await self._native.invoke(invocation)
        request = _make_request(invocation_request=invocation)
        response: Message = await self._runtime.invocation_request(request)
        return response

    def _forward(self, trigger: Trigger, invocation_id: str) -> Optional[asyncio.Task[Response]]:
        if self._http_server is None or trigger.request is None:
            return None
        return asyncio.ensure_future(forward(self._http_server, trigger.request, invocation_id))

    def _start(self, name: str) -> None:
        package = name.replace("_", "-")
        try:
            self._runtime = importlib.import_module(name)
        except ModuleNotFoundError:
            raise HostError(
                f"Functions of Python {sys.version_info[0]}.{sys.version_info[1]} run on "
                f"Microsoft's {package}, which is not installed. "
                f"Run python -m pip install {package}."
            ) from None
        self.runtime = f"{package} {importlib.metadata.version(package)}"
        self._runtime.start_threadpool_executor()
        pool = self._runtime.get_threadpool_executor()
        submit = pool.submit
        pool.submit = lambda function, *args: submit(share_log(function), *args)
        if _takes_native_path():
            self.runtime += " (native path)"
            self._native = NativePath(name)

    async def _initialize(self, root: Path) -> Message:
        message = Message(capabilities={}, function_app_directory=str(root))
        request = _make_request(worker_init_request=message)
        response: Message = await self._runtime.worker_init_request(request)
        self._http_server = response.capabilities.get("HttpUri")
        self.forwards_requests = self._http_server is not None
        return response

    async def _index_v2(self, root: Path, prefix: str) -> List[Function]:
        app = import_app(root)
        try:
            result = (await self._initialize(root)).result
            if result.status == protos.StatusResult.Failure:
                raise result.exception.error
        except BaseException as error:
            raise find_indexing_errors(root, prefix, app, error) from error
        response = await self._runtime.functions_metadata_request(_make_request())
        return [_parse(metadata, prefix) for metadata in response.function_metadata_results or ()]

    async def _load_v1_function(self, root: Path, declaration: Declaration) -> Function:
        code = import_function(root, declaration)
        function_id = str(uuid.uuid4())
        message = Message(function_id=function_id, metadata=_make_metadata(root, declaration))
        request = _make_request(function_load_request=message)
        response = await self._runtime.function_load_request(request)
        if response.result.status == protos.StatusResult.Failure:
            # If the emulation refuses the function, too, its message also says what to do.
            read_signature(declaration.function, code)
            why = last_line(response.result.exception.error).rstrip(".")
            raise HostError(f"{declaration.script} cannot be loaded: {why}. Correct it.")
        return declaration.function._replace(loaded=function_id)


def _takes_native_path() -> bool:
    chosen = os.environ.get(_PATH) or ("native" if sys.version_info >= (3, 15) else "classic")
    if chosen not in ("classic", "native"):
        raise HostError(f"{_PATH} is {chosen!r}. Set it to classic or native.")
    return chosen == "native"


def _make_request(**fields: Message) -> Message:
    # The server of an HTTP streaming app listens on this address.
    properties = {"host": "127.0.0.1", "protos": protos}
    return Message(request=Message(**fields), properties=properties)


def _make_invocation(function: Function, trigger: Trigger, invocation_id: str) -> Message:
    parent = f"00-{uuid.uuid4().hex}-{uuid.uuid4().hex[:16]}-00"
    values = {function.trigger.name: trigger.value, **trigger.inputs}
    return Message(
        invocation_id=invocation_id,
        function_id=function.loaded,
        trace_context=Message(trace_parent=parent, trace_state="", attributes={}),
        retry_context=Message(retry_count=0, max_retry_count=0, exception=None),
        input_data=[
            ParameterBinding(name=name, data=to_typed_data(datum)) for name, datum in values.items()
        ],
        trigger_metadata={name: to_typed_data(datum) for name, datum in trigger.metadata.items()},
    )


def _make_metadata(root: Path, declaration: Declaration) -> Message:
    return Message(
        name=declaration.function.name,
        directory=str(root / declaration.function.name),
        script_file=str(declaration.script),
        entry_point=declaration.entry_point,
        bindings={
            binding.name: BindingInfo(
                type=binding.type,
                data_type=BindingInfo.undefined,
                direction=_DIRECTIONS[binding.direction],
            )
            for binding in declaration.function.bindings
        },
    )


def _parse(metadata: Message, prefix: str) -> Function:
    bindings = [json.loads(text) for text in metadata.raw_bindings]
    function = parse_function(metadata.name, {"bindings": bindings}, prefix)
    return function._replace(loaded=metadata.function_id)
