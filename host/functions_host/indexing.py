"""
Indexing of v2 apps: the functions that an app has, and the faults of all of them.

Follows loader.py of worker 4.34 (docs/host-contract.md#17-indexing-a-v2-app), which stops at the
first fault. Microsoft's runtimes stop there, too. On Python 3.13 and newer they index the app, and
this module only finds the faults.
"""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Optional, Tuple

from .deferred import mark_deferred
from .definitions import Function, find_route_conflicts, parse_function
from .errors import FunctionError, HostError, last_line
from .models import find_app_script
from .retry_policy import check_retry_policy
from .signature import Signature, read_signature


class Loaded(NamedTuple):
    """How to call a function; its Context contains `directory`."""

    code: Callable[..., Any]
    signature: Signature
    directory: str


def load_functions(root: Path, prefix: str, decorated: Iterable[Any]) -> List[Function]:
    """
    Return the functions of an app, from what its get_functions() returned.

    Raises:
        HostError: Some functions are invalid. It holds an error for each.
    """
    functions: List[Function] = []
    faults: List[HostError] = []
    for one in decorated:
        try:
            functions.append(_load_function(root, prefix, one))
        except HostError as error:
            faults.append(error.locate(*_find_code(root, one)))
    if faults:
        raise HostError(*faults, *find_route_conflicts(functions))
    return functions


def find_indexing_errors(root: Path, prefix: str, app: Any, error: BaseException) -> HostError:
    """Return the errors of all functions of an app whose indexing failed with `error`."""
    faults: List[HostError] = []
    valid: Dict[str, Any] = {}
    # The SDK has no public way to build functions one by one.
    for builder in getattr(app, "_function_builders", ()):
        function = builder._function
        name = function.get_function_name()
        problem = "has the name of another function. Rename one."
        try:
            if name not in valid:
                valid[name] = builder.build(app.auth_level)
                continue
        except Exception as refusal:
            problem = f"cannot be indexed: {_describe(refusal)}"
        faults.append(FunctionError(name, problem).locate(*_find_code(root, function)))
    try:
        load_functions(root, prefix, valid.values())
    except HostError as others:
        faults += others.faults
    script = find_app_script(root)
    return HostError(*faults or [HostError(f"{script} cannot be indexed: {_describe(error)}")])


def _describe(error: BaseException) -> str:
    return f"{last_line(error).rstrip('.')}. Correct it."


def _load_function(root: Path, prefix: str, decorated: Any) -> Function:
    script = find_app_script(root)
    if not hasattr(decorated, "get_function_json"):
        raise HostError(f"{script} has a get_functions() that returns {decorated!r}.")
    metadata = json.loads(decorated.get_function_json())
    function = parse_function(decorated.get_function_name(), metadata, prefix)
    check_retry_policy(decorated)
    code = decorated.get_user_function()
    signature = read_signature(function, code)
    function = mark_deferred(function, signature.converters.inputs)
    try:
        directory = str(Path(inspect.getfile(code)).parent)
    # The worker calls getfile(), too, and indexes nothing if it raises.
    except TypeError:
        raise FunctionError(function.name, f"is {code!r}. Make it a plain function.") from None
    return function._replace(loaded=Loaded(code, signature, directory))


def _find_code(root: Path, decorated: Any) -> Tuple[Path, Optional[int]]:
    """Return the file and line of a function's code, or the script of its app."""
    function: Any = getattr(decorated, "get_user_function", bool)()
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None or root not in Path(code.co_filename).parents:
        return find_app_script(root), None
    return Path(code.co_filename), code.co_firstlineno
