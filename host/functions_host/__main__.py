"""The command line: `functions-host APP`, or `python -m functions_host APP`."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, List, NoReturn, Optional, Tuple

from .errors import HostError, UsageError
from .shutdown import (
    call_at_exit,
    exit_at_end_of,
    exit_at_end_of_input,
    exit_on_signals,
    exit_process,
)

if TYPE_CHECKING:
    from .terminal import Terminal


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}. Run with --help for usage.")


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *rest: Any) -> NoReturn:
        import azure.functions as func

        own = "unknown"
        # importlib.metadata is new in Python 3.8.
        if sys.version_info >= (3, 8):
            from importlib.metadata import version

            own = version("azure-functions-embedded-host")
        versions = f"azure-functions {func.__version__}, Python {platform.python_version()}"
        sys.stdout.write(f"functions-host {own} (not Microsoft's), {versions}\n")
        parser.exit()


def main(arguments: Optional[List[str]] = None) -> int:
    """Serve an app until a signal ends the process, or return the exit code for an error."""
    exit_on_signals()
    # Importing these takes a while, and a person may press CTRL+C meanwhile.
    import asyncio

    from .check import check
    from .terminal import Terminal

    terminal = Terminal()
    call_at_exit(terminal.finish)
    _remove_working_directory()
    try:
        options = parse_arguments(arguments)
        if options.stop_at_eof:
            exit_at_end_of_input()
        if options.check:
            return asyncio.run(check(options.app, terminal, options.json))
        _serve(options, sys.argv[1:] if arguments is None else arguments, terminal)
    except HostError as error:
        for fault in error.faults:
            terminal.print_error(fault)
        return 2 if isinstance(error, UsageError) else 1
    return 0


def _serve(options: argparse.Namespace, arguments: List[str], terminal: Terminal) -> None:
    import asyncio

    from .listener import inherit_listener, open_listener
    from .reload import Reloader, make_command
    from .server import serve

    if options.inherit:
        descriptor, pipe = options.inherit
        exit_at_end_of(pipe)
        listener = inherit_listener(descriptor)
    else:
        listener = open_listener(options.app, options.host, options.port)
    with listener:
        if options.reload:
            Reloader(options.app, make_command(arguments), listener, terminal.print_note).run()
        is_child = options.inherit is not None
        serving = serve(
            options.app, options.host, listener, terminal, options.inputs, is_reloaded=is_child
        )
        asyncio.run(serving)


def parse_arguments(arguments: Optional[List[str]]) -> argparse.Namespace:
    """Return the options on the command line."""
    options = _make_parser().parse_args(arguments)
    if options.json and not options.check:
        raise UsageError("--json is for --check. Pass both.")
    if options.reload and options.check:
        raise UsageError(
            "--check does not serve the app, so it cannot reload it. Pass --check or --reload."
        )
    if options.reload and sys.platform == "win32":
        raise UsageError(
            "--reload passes a socket on, which Windows cannot do. Run functions-host without it."
        )
    options.app = Path(os.path.realpath(options.app))
    if not options.app.is_dir():
        raise UsageError(f"{options.app} is not a folder. Pass the folder that contains host.json.")
    return options


def _make_parser() -> _Parser:
    about = "Serve an Azure Functions app, on a host that is not Microsoft's."
    parser = _Parser(prog="functions-host", description=about, allow_abbrev=False)
    parser.add_argument("app", type=Path, metavar="FOLDER", help="the folder with host.json")
    parser.add_argument("--version", action=_Version, nargs=0, help="print versions, and exit")
    parser.add_argument("--port", type=_parse_port, help="7071 by default; 0 for a free one")
    parser.add_argument("--host", help="the address to listen on; 127.0.0.1 by default")
    parser.add_argument(
        "--inputs",
        type=_parse_folder,
        metavar="FOLDER",
        help="values of input bindings, as FOLDER/FUNCTION/BINDING.json or .txt",
    )
    about = "start again when a file of the app changes"
    parser.add_argument("--reload", action="store_true", help=about)
    # --reload passes these to the process that serves the app: a socket and a pipe.
    parser.add_argument("--inherit", type=_parse_descriptors, help=argparse.SUPPRESS)
    parser.add_argument(
        "--stop-at-eof",
        action="store_true",
        help="stop when standard input ends, for instance with the process that holds its pipe",
    )
    about = "load the app, print its functions and faults, and exit with 0 or 1"
    parser.add_argument("--check", action="store_true", help=about)
    parser.add_argument("--json", action="store_true", help="print the result of --check as JSON")
    return parser


def _parse_folder(text: str) -> Path:
    folder = Path(os.path.realpath(text))
    if not folder.is_dir():
        raise argparse.ArgumentTypeError(f"{folder} is not a folder")
    return folder


def _parse_port(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port number (0 to 65535)")
    return int(text)


def _parse_descriptors(text: str) -> Tuple[int, ...]:
    return tuple(map(int, text.split(",")))


def _remove_working_directory() -> None:
    # `python -m` adds the working directory to the import path; the worker does not. An app would
    # import modules from there instead of installed modules.
    if sys.path and sys.path[0] in ("", str(Path.cwd())):
        del sys.path[0]


def run() -> NoReturn:
    """Run the command `functions-host`."""
    exit_process(main())


if __name__ == "__main__":
    run()
