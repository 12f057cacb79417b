"""
The worker interface.

Up to Python 3.12, an emulation implements it. From 3.13 on, Microsoft's runtimes implement it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Set

from azure.functions.meta import Datum

from .bindings import Trigger
from .definitions import Function
from .errors import HostError
from .models import (
    Declaration,
    find_app_script,
    find_folders,
    make_namespace,
    read_declaration,
)

_NOT_LISTED = "not in functions of host.json"


class Outcome(NamedTuple):
    """The result of an invocation. `outputs` has the value of each output binding that was set."""

    outputs: Dict[str, Datum]
    error: Optional[BaseException]


class RequestRecord(NamedTuple):
    """
    One answered request.

    `function` is None if no function matches the request. `outcome` is None if no function ran.
    `elapsed` is in seconds, by the host's clock. `note` is a text for the user. `lines` show the
    function's exception or outputs.
    """

    method: str
    path: str
    status: int
    function: Optional[Function]
    outcome: Optional[Outcome]
    elapsed: float
    note: str = ""
    lines: Sequence[str] = ()


class Worker(ABC):
    """
    Load and invoke the functions of one app, on the loop that runs its async functions.

    `problems` has an error for each function that could not be loaded. `serves` returns whether to
    serve a function, by its name. `skipped` has the reason for each function that is not served.
    """

    # Microsoft's package that runs the functions, and its version; empty for an emulation.
    runtime = ""
    # Whether requests go to the web server of an HTTP streaming app.
    forwards_requests = False

    def __init__(self) -> None:
        self.problems: List[HostError] = []
        self.serves: Callable[[str], bool] = bool
        self.skipped: Dict[str, str] = {}

    async def load_v1(self, root: Path, prefix: str) -> List[Function]:
        """Import every function of a v1 app."""
        make_namespace(root)
        functions: List[Function] = []
        names: Set[str] = set()
        for folder in find_folders(root):
            if not self.serves(folder.name):
                self.skipped[folder.name] = _NOT_LISTED
                continue
            file = folder / "function.json"
            try:
                if folder.name.lower() in names:
                    raise HostError(f"{folder} has the name of another function. Rename one.")
                declaration = read_declaration(folder, prefix)
                file = declaration.script
                functions.append(await self._load_v1_function(root, declaration))
                names.add(folder.name.lower())
            except HostError as error:
                self.problems.append(error.locate(file, function=folder.name))
        return self._select(functions)

    async def load_v2(self, root: Path, prefix: str) -> List[Function]:
        """Import a v2 app and index its functions. One invalid function breaks them all."""
        try:
            functions = await self._index_v2(root, prefix)
        except HostError as error:
            self.problems += [fault.locate(find_app_script(root)) for fault in error.faults]
            return []
        return self._select(sorted(functions, key=lambda function: function.name.lower()))

    def _select(self, functions: List[Function]) -> List[Function]:
        for function in functions:
            if function.disabled:
                self.skipped[function.name] = "disabled"
            elif not self.serves(function.name):
                self.skipped[function.name] = _NOT_LISTED
        return [function for function in functions if function.name not in self.skipped]

    @abstractmethod
    async def _load_v1_function(self, root: Path, declaration: Declaration) -> Function: ...

    @abstractmethod
    async def _index_v2(self, root: Path, prefix: str) -> List[Function]: ...

    @abstractmethod
    async def invoke(self, function: Function, trigger: Trigger) -> Outcome:
        """Run a function once. The outcome holds any exception that the function raises."""

    @abstractmethod
    def close(self) -> None:
        """Stop the threads, once the functions that are running have ended."""
