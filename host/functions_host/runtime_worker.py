"""
Microsoft's own runtimes for Python 3.13 and newer, from PyPI.

Their handlers are called as their proxy worker does, without its gRPC: the requests and `protos`
are stand-ins.
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
from typing import Any, Dict, List, NoReturn, Optional

from azure.functions.meta import Datum

from . import protos, v1, v2
from .bindings import Trigger
from .definitions import parse_definition, parse_route
from .errors import HostError, last_line
from .functions import Function
from .protos import BindingInfo, Message, ParameterBinding, StatusResult
from .signature import read_signature
from .streaming import forward
from .typed_data import from_typed_data, to_typed_data
from .worker import Outcome, Worker

_DIRECTIONS = {"in": 0, "out": BindingInfo.out, "inout": BindingInfo.inout}


class RuntimeWorker(Worker):
    """Have functions indexed and run by Microsoft's `azure_functions_runtime`, or `…_v1`."""

    def __init__(self) -> None:
        self._runtime: Any = None
        # The address of the web server that an HTTP streaming app has.
        self._http_server: Optional[str] = None

    def close(self) -> None:
        if self._runtime is not None:
            self._runtime.stop_threadpool_executor()

    async def load_v1(self, root: Path, prefix: str, problems: List[str]) -> List[Function]:
        self._start("azure_functions_runtime_v1")
        v1.make_namespace(root)
        await self._initialise(root)
        functions: List[Function] = []
        for declared in v1.declared(root, prefix, problems):
            try:
                functions.append(await self._load_v1_function(root, declared))
            except HostError as error:
                problems.append(str(error))
        return functions

    async def load_v2(self, root: Path, prefix: str, problems: List[str]) -> List[Function]:
        self._start("azure_functions_runtime")
        try:
            v2.imported(root)
            await self._index(v2.script(root), root)
            functions = [_indexed(prefix, metadata) for metadata in await self._metadata()]
        except HostError as error:
            problems.append(str(error))
            return []
        return sorted(functions, key=lambda function: function.name.lower())

    async def invoke(self, function: Function, trigger: Trigger) -> Outcome:
        binding = function.definition.trigger
        invocation_id = str(uuid.uuid4())
        request = _request(
            invocation_request=Message(
                invocation_id=invocation_id,
                function_id=function.loaded,
                trace_context=_trace_context(),
                retry_context=Message(retry_count=0, max_retry_count=0, exception=None),
                input_data=[ParameterBinding(name=binding.name, data=to_typed_data(trigger.value))],
                trigger_metadata={
                    name: to_typed_data(datum) for name, datum in trigger.metadata.items()
                },
            )
        )
        forwarding = self._forwarding(trigger, invocation_id)
        try:
            response = await self._runtime.invocation_request(request)
            answer = await forwarding
        # The runtime catches no SystemExit, and Microsoft's proxy worker ends by it.
        except BaseException as error:
            return Outcome({}, error)
        if response.result.status == StatusResult.Failure:
            return Outcome({}, response.result.exception.error)
        outputs = _outputs(response)
        if answer is not None:
            outputs.update(_http_output(function, answer))
        return Outcome(outputs, None)

    def _forwarding(self, trigger: Trigger, invocation_id: str) -> asyncio.Future[Any]:
        loop = asyncio.get_running_loop()
        if self._http_server is not None and trigger.value.type == "http":
            request = trigger.value.value
            return loop.run_in_executor(None, forward, self._http_server, request, invocation_id)
        nothing = loop.create_future()
        nothing.set_result(None)
        return nothing

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
        # Microsoft's host says so to its workers (DefaultWorkerProcessFactory.cs, host 4.1037).
        if not os.environ.get("PYTHON_THREADPOOL_THREAD_COUNT"):
            os.environ["PYTHON_THREADPOOL_THREAD_COUNT"] = "1000"
        self._runtime.start_threadpool_executor()

    async def _initialise(self, root: Path) -> Message:
        request = _request(
            worker_init_request=Message(capabilities={}, function_app_directory=str(root))
        )
        response = await self._runtime.worker_init_request(request)
        self._http_server = response.capabilities.get("HttpUri")
        result: Message = response.result
        return result

    async def _index(self, path: Path, root: Path) -> None:
        try:
            result = await self._initialise(root)
        except BaseException as error:
            _cannot_be_indexed(path, error)
        if result.status == StatusResult.Failure:
            _cannot_be_indexed(path, result.exception.error)

    async def _metadata(self) -> List[Message]:
        response = await self._runtime.functions_metadata_request(_request())
        return response.function_metadata_results or []

    async def _load_v1_function(self, root: Path, declared: v1.Declared) -> Function:
        code = v1.imported(root, declared)
        definition = declared.definition
        function_id = str(uuid.uuid4())
        metadata = Message(
            name=definition.name,
            directory=str(declared.folder),
            script_file=str(declared.script),
            entry_point=declared.entry_point,
            bindings={
                binding.name: BindingInfo(
                    type=binding.type,
                    data_type=BindingInfo.undefined,
                    direction=_DIRECTIONS[binding.direction],
                )
                for binding in definition.bindings
            },
        )
        request = _request(
            function_load_request=Message(function_id=function_id, metadata=metadata)
        )
        response = await self._runtime.function_load_request(request)
        if response.result.status == StatusResult.Failure:
            # The runtime has refused it; ours says the same with what to do, if it can.
            read_signature(definition, code)
            why = last_line(response.result.exception.error).rstrip(".")
            raise HostError(f"{declared.script} cannot be loaded: {why}. Correct it.")
        return Function(definition, declared.route, function_id)


def _request(**fields: Message) -> Message:
    # The address is for the server of HTTP streaming apps.
    properties = {"host": "127.0.0.1", "protos": protos}
    return Message(request=Message(**fields), properties=properties)


def _cannot_be_indexed(path: Path, error: BaseException) -> NoReturn:
    why = last_line(error).rstrip(".")
    raise HostError(f"{path} cannot be indexed: {why}. Correct it.") from error


def _indexed(prefix: str, metadata: Message) -> Function:
    bindings = [json.loads(text) for text in metadata.raw_bindings]
    definition = parse_definition(metadata.name, {"bindings": bindings})
    return Function(definition, parse_route(prefix, definition), metadata.function_id)


def _trace_context() -> Message:
    parent = f"00-{uuid.uuid4().hex}-{uuid.uuid4().hex[:16]}-00"
    return Message(trace_parent=parent, trace_state="", attributes={})


def _http_output(function: Function, answer: Datum) -> Dict[str, Datum]:
    bindings = function.definition.bindings
    return {binding.name: answer for binding in bindings if binding.type == "http"}


def _outputs(response: Message) -> Dict[str, Datum]:
    outputs = {sent.name: from_typed_data(sent.data) for sent in response.output_data}
    if response.return_value is not None:
        outputs["$return"] = from_typed_data(response.return_value)
    return outputs
