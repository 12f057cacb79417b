"""What runs the functions of an app: what Microsoft has for the running Python, or an emulation."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional

from azure.functions.meta import Datum

from .bindings import Trigger
from .functions import Function


class Outcome(NamedTuple):
    """
    How an invocation ended.

    `outputs` has what was sent to each output binding that got something, `$return` among them.
    """

    outputs: Dict[str, Datum]
    error: Optional[BaseException]


class Worker(ABC):
    """Loads the functions of one app, on the loop that is going to run its async ones."""

    # What of Microsoft's runs the functions, and its version; nothing for an emulation.
    runtime = ""

    @abstractmethod
    async def load_v1(self, root: Path, prefix: str, problems: List[str]) -> List[Function]:
        """
        Import every function of a v1 app.

        Args:
            problems: Is added a message for each function that cannot be loaded.
        """

    @abstractmethod
    async def load_v2(self, root: Path, prefix: str, problems: List[str]) -> List[Function]:
        """
        Import a v2 app and index its functions.

        Args:
            problems: Is added a message if the app cannot be indexed: one broken function
                breaks all.
        """

    @abstractmethod
    async def invoke(self, function: Function, trigger: Trigger) -> Outcome:
        """
        Run a function once; whatever it raises ends up in the outcome.
        """

    @abstractmethod
    def close(self) -> None:
        """
        Stop the threads, after the functions that run now.
        """


def make_worker() -> Worker:
    """
    Return the worker for this Python.

    Up to 3.12 Microsoft's worker speaks only gRPC to a host, so it is emulated.
    """
    if sys.version_info >= (3, 13):
        from .runtime_worker import RuntimeWorker

        return RuntimeWorker()
    from .emulated_worker import EmulatedWorker

    return EmulatedWorker()
