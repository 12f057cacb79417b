"""The command line of a step, and the errors that end it."""

import argparse
import inspect
import sys
from collections.abc import Callable
from typing import get_args, get_type_hints


class ReleaseError(Exception):
    """Raised when a step must fail. The text has the reason and the remedy."""


def run_step(step: Callable[..., None], arguments: list[str]) -> int:
    """
    Run a step with command-line arguments.

    Return 1 after a `ReleaseError` or an `OSError`.

    The step's parameters are the arguments, and its keyword-only parameters are the options. GitHub
    shows a line that starts with `::error::` on the page of the run. A terminal shows it as it is.
    """
    bound = inspect.signature(step).bind_partial()
    bound.arguments.update(vars(_parser(step).parse_args(arguments)))
    try:
        step(*bound.args, **bound.kwargs)
    except (ReleaseError, OSError) as error:
        sys.stderr.write(f"::error::{error}\n")
        return 1
    return 0


def _parser(step: Callable[..., None]) -> argparse.ArgumentParser:
    command = " ".join(step.__module__.rsplit(".", 1))
    description = sys.modules[step.__module__].__doc__
    parser = argparse.ArgumentParser(prog=command, description=description)
    hints = get_type_hints(step)
    for name, parameter in inspect.signature(step).parameters.items():
        kind = hints[name]
        if parameter.kind is parameter.KEYWORD_ONLY:
            required = parameter.default is parameter.empty
            parser.add_argument(f"--{name}", required=required, default=parameter.default)
        elif choices := get_args(kind):
            parser.add_argument(name, choices=choices)
        else:
            several = "+" if parameter.kind is parameter.VAR_POSITIONAL else None
            parser.add_argument(name, type=kind, nargs=several)
    return parser
