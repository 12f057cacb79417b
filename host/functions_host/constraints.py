"""
The constraints that a route parameter can name, as in `{id:int:min(1)}`.

Follows the reference "Routing in ASP.NET Core", section "Route constraints".
"""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import Callable, Dict, Optional

from .errors import HostError

Constraint = Callable[[str], bool]

_DATES = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %I:%M%p", "%m/%d/%Y")
_REAL = re.compile(r"[+-]?(\d[\d,]*\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)


def parse_constraint(template: str, name: str, arguments: Optional[str]) -> Constraint:
    """
    Return the test that a constraint such as `range(1,5)` stands for.

    Raises:
        HostError: There is no such constraint, or its arguments are wrong.
    """
    try:
        if arguments is None:
            return _PLAIN[name.lower()]
        return _WITH_ARGUMENTS[name.lower()](arguments)
    except (KeyError, ValueError, re.error):
        written = name if arguments is None else f"{name}({arguments})"
        known = ", ".join(sorted([*_PLAIN, *(f"{known}()" for known in _WITH_ARGUMENTS)]))
        raise HostError(
            f"Route {template!r} has no valid constraint {written!r}. There are: {known}."
        ) from None


def _integer(bits: int) -> Constraint:
    limit = 1 << (bits - 1)
    return lambda text: (
        re.fullmatch(r"[+-]?[0-9]+", text) is not None and -limit <= int(text) < limit
    )


def _is_datetime(text: str) -> bool:
    for layout in _DATES:
        try:
            datetime.strptime(text, layout)
        except ValueError:
            continue
        return True
    return False


def _is_guid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _length(arguments: str) -> Constraint:
    bounds = [int(bound) for bound in arguments.split(",")]
    if len(bounds) > 2:
        raise ValueError(arguments)
    return lambda text: bounds[0] <= len(text) <= bounds[-1]


def _range(arguments: str) -> Constraint:
    low, high = (int(bound) for bound in arguments.split(","))
    return _number(lambda number: low <= number <= high)


def _number(accepts: Callable[[int], bool]) -> Constraint:
    is_long = _integer(64)
    return lambda text: is_long(text) and accepts(int(text))


def _regex(arguments: str) -> Constraint:
    # Braces are doubled in a template, to tell them from a parameter's.
    pattern = re.compile(arguments.replace("{{", "{").replace("}}", "}"), re.IGNORECASE)
    return lambda text: pattern.search(text) is not None


def _minimum(bound: int) -> Constraint:
    return _number(lambda number: number >= bound)


def _maximum(bound: int) -> Constraint:
    return _number(lambda number: number <= bound)


def _at_least_long(bound: int) -> Constraint:
    return lambda text: len(text) >= bound


def _at_most_long(bound: int) -> Constraint:
    return lambda text: len(text) <= bound


def _is_real(text: str) -> bool:
    return _REAL.fullmatch(text) is not None


_PLAIN: Dict[str, Constraint] = {
    "alpha": lambda text: re.fullmatch(r"[a-zA-Z]*", text) is not None,
    "bool": lambda text: text.lower() in ("true", "false"),
    "datetime": _is_datetime,
    "decimal": _is_real,
    "double": _is_real,
    "float": _is_real,
    "guid": _is_guid,
    "int": _integer(32),
    "long": _integer(64),
    "required": lambda text: text != "",
}

_WITH_ARGUMENTS: Dict[str, Callable[[str], Constraint]] = {
    "length": _length,
    "max": lambda bound: _maximum(int(bound)),
    "maxlength": lambda bound: _at_most_long(int(bound)),
    "min": lambda bound: _minimum(int(bound)),
    "minlength": lambda bound: _at_least_long(int(bound)),
    "range": _range,
    "regex": _regex,
}
