"""
The interface between the suite and the hosts it runs on.

CONTRIBUTING.md lists the steps to add a host. The tests must not depend on the host.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Callable, Iterator, List, Mapping, NamedTuple, Optional, Tuple

import pytest

from integration.hosts.logs import Record

RUNNING_PYTHON = "{}.{}".format(*sys.version_info)


class HostError(Exception):
    """Raised when a host does not start. The message has the reason and the log."""


class Feature(Enum):
    """
    Something that a test may need and a host may lack.

    The value ends the sentence "the host has no".
    """

    OUTPUT = "output that can be read from here"
    LOG_LEVELS = "levels in its log"
    SYSTEM_LOGS = "log lines of the worker itself in its output"
    STORAGE = "storage account for queues"


class Options(NamedTuple):
    """
    The command-line options for hosts.

    Attributes:
        address: What follows `url=`, or an empty string.

        app: The app at that address.

        ready_within: The seconds that a host may take until it serves its app.
    """

    address: str = ""
    app: Optional[str] = None
    python: str = RUNNING_PYTHON
    image: Optional[str] = None
    stand_in: bool = False
    wheel: Optional[str] = None
    ready_within: float = 60


class Host(ABC):
    """
    An app on a host, from its start to its stop.

    Args:
        app: The folder of the app.

        folder: An empty folder for files of the host.

    Attributes:
        name: The name that selects the host, as in `--functions-host=NAME`.

        python: The version of the Python that runs the app, such as 3.12.

        lacks: Features that the host does not have. A test that needs one is skipped.

        admin_headers: Headers for requests that run a function without an HTTP trigger.
    """

    name: str
    python: str
    lacks: Tuple[Feature, ...] = ()
    admin_headers: Mapping[str, str] = MappingProxyType({})

    @classmethod
    def check_options(cls, options: Options) -> None:
        """Raise `pytest.UsageError` for options that this host cannot have."""
        if options.address or options.app:
            raise pytest.UsageError(
                f"--functions-host={cls.name} takes neither an address nor --app. Use "
                "--functions-host=url=http://… for a host that already serves an app."
            )

    @classmethod
    def describe(cls, options: Options) -> str:
        """Return the host's description for the header of pytest."""
        return cls.name

    def __init__(self, app: Path, folder: Path, options: Options) -> None:
        self._app, self._folder, self._options = app, folder, options
        self.python = options.python

    @classmethod
    @contextmanager
    def open(
        cls, options: Options, make_folder: Callable[[str], Path]
    ) -> Iterator[Callable[[Path], Host]]:
        """
        Yield a factory that makes a host for an app's folder, and clean up at the end.

        Args:
            make_folder: Makes an empty folder whose name starts with the given text.
        """
        yield lambda app: cls(app, make_folder(app.name), options)

    @abstractmethod
    def start(self) -> str:
        """
        Start the app and return its address.

        Raises:
            HostError: The host does not serve the app in time.
        """

    @abstractmethod
    def stop(self) -> None:
        """Stop the app, if it runs."""

    @abstractmethod
    def output(self) -> str:
        """Return everything the host has printed."""

    @staticmethod
    @abstractmethod
    def read_log(output: str) -> List[Record]:
        """Read log records from an output of this host."""
