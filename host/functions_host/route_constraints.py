"""
Route constraints of ASP.NET Core, such as `int` or `range(1,5)`.

Follows the reference "Routing in ASP.NET Core", section "Route constraints".
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Callable, Dict

from .errors import HostError

Constraint = Callable[[str], bool]

_DATES = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %I:%M%p", "%m/%d/%Y")
_REAL = r"[+-]?(\d[\d,]*\.?\d*|\.\d+)(e[+-]?\d+)?"
_GUID = r"[({]?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}[)}]?"
_LEAST, _MOST = -(1 << 63), (1 << 63) - 1


def parse_constraint(template: str, text: str) -> Constraint:
    """Return the test for a constraint such as `range(1,5)`."""
    name, parenthesis, arguments = text.partition("(")
    try:
        return _CONSTRAINTS[name.lower() + ("()" if parenthesis else "")](arguments[:-1])
    except (KeyError, ValueError, re.error):
        known = ", ".join(sorted(_CONSTRAINTS))
        raise HostError(
            f"Route {template!r}: invalid constraint {text!r}. Choose from: {known}."
        ) from None


def _match(pattern: str) -> Constraint:
    compiled = re.compile(pattern, re.ASCII | re.IGNORECASE)
    return lambda text: compiled.fullmatch(text) is not None


def _search(pattern: str) -> Constraint:
    # In a template, the braces of a pattern are doubled: single braces enclose a parameter.
    compiled = re.compile(pattern.replace("{{", "{").replace("}}", "}"), re.IGNORECASE)
    return lambda text: compiled.search(text) is not None


def _is_date(text: str) -> bool:
    for layout in _DATES:
        try:
            datetime.strptime(text, layout)
        except ValueError:
            continue
        return True
    return False


def _number(least: int, most: int) -> Constraint:
    is_integer = _match(r"[+-]?[0-9]+")
    return lambda text: is_integer(text) and least <= int(text) <= most


def _range(text: str) -> Constraint:
    least, most = text.split(",")
    return _number(int(least), int(most))


def _length(text: str) -> Constraint:
    least, most = (int(bound) for bound in (text if "," in text else f"{text},{text}").split(","))
    return lambda text: least <= len(text) <= most


# Constraint → a function that makes its test from the text between the parentheses.
_CONSTRAINTS: Dict[str, Callable[[str], Constraint]] = {
    "alpha": lambda _: _match("[a-z]*"),
    "bool": lambda _: _match("true|false"),
    "datetime": lambda _: _is_date,
    "decimal": lambda _: _match(_REAL),
    "double": lambda _: _match(_REAL),
    "float": lambda _: _match(_REAL),
    "guid": lambda _: _match(_GUID),
    "int": lambda _: _number(-(1 << 31), (1 << 31) - 1),
    "length()": _length,
    "long": lambda _: _number(_LEAST, _MOST),
    "max()": lambda text: _number(_LEAST, int(text)),
    "maxlength()": lambda text: _length(f"0,{text}"),
    "min()": lambda text: _number(int(text), _MOST),
    "minlength()": lambda text: _length(f"{text},{_MOST}"),
    "range()": _range,
    "regex()": _search,
    "required": lambda _: bool,
}
