"""The command line: `python -m functions_host APP [--port N] [--host ADDRESS]`."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import List, NoReturn, Optional

from .errors import HostError, UsageError
from .interrupt import end, end_on_signals
from .server import serve
from .terminal import Terminal


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}. Run with --help for what there is.")


def main(arguments: Optional[List[str]] = None) -> int:
    """
    Serve an app until it is interrupted.

    Returns:
        1 for an app that can't be served, 2 for wrong arguments; an interrupt ends the process.
    """
    terminal = Terminal()
    end_on_signals()
    _forget_working_directory()
    try:
        options = _parse(arguments)
        asyncio.run(serve(options.app, options.host, options.port, terminal))
    except UsageError as error:
        terminal.error(str(error))
        return 2
    except HostError as error:
        terminal.error(str(error))
        return 1
    return 0


def _parse(arguments: Optional[List[str]]) -> argparse.Namespace:
    parser = _Parser(prog="python -m functions_host", description=__doc__, allow_abbrev=False)
    parser.add_argument("app", type=Path, help="the folder that holds host.json")
    parser.add_argument("--port", type=_port, help="7071 by default; 0 for a free one")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on, for instance ::1"
    )
    options = parser.parse_args(arguments)
    options.app = Path(os.path.realpath(options.app))
    if not options.app.is_dir():
        raise UsageError(f"{options.app} is not a folder. Pass the folder that holds host.json.")
    return options


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port from 0 to 65535")
    return int(text)


def _forget_working_directory() -> None:
    # `python -m` puts it first, where the worker has no such entry; here it would make the app
    # import this checkout instead of the wheel that is installed.
    if sys.path and sys.path[0] in ("", str(Path.cwd())):
        del sys.path[0]


def run() -> NoReturn:
    """Be the command `functions-host`."""
    end(main())


if __name__ == "__main__":
    run()
