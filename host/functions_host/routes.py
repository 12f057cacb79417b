"""
Route templates of ASP.NET Core, the language of an HTTP trigger's `route`.

Follows the reference "Routing in ASP.NET Core", section "Route templates".
"""

from __future__ import annotations

import re
from itertools import product, takewhile
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

from .errors import HostError
from .route_constraints import Constraint, parse_constraint

_PIECE = re.compile(r"\{\{|\}\}|\{((?:\{\{|\}\}|[^{}])*)\}|[^{}]")
_NAME = re.compile(r"(\*{0,2})(\w+)")
_CONSTRAINT = re.compile(r":(\w+(?:\((?:[^()\\]|\\.|\([^()]*\))*\))?)")

# The SDK puts a "/" before the route of these apps. The real host refuses it, too.
_EMPTY_PREFIX = (
    'AsgiFunctionApp and WsgiFunctionApp need "extensions": {"http": {"routePrefix": ""}} in '
    "host.json."
)


class Parameter(NamedTuple):
    """One `{…}` of a template."""

    name: str
    catch_all: bool
    optional: bool
    default: Optional[str]
    constraints: Tuple[Constraint, ...]


# A character, or a parameter.
Piece = Union[str, Parameter]


class Route:
    """
    A template with its prefix, such as `api/products/{category:alpha}/{id:int?}`.

    `beginning` is the common start of all matching paths, in lower case, such as `/api/products`.
    """

    def __init__(self, template: str) -> None:
        self.template = template
        self._parameters: Dict[str, Parameter] = {}
        segments = [segment for segment in template.split("/") if segment]
        if {".", ".."} & set(segments):
            raise HostError(
                f"Route {template!r} has a segment . or .., which clients remove. Rename it."
            )
        if any("\ud800" <= character <= "\udfff" for character in template):
            raise HostError(
                f"Route {template!r} contains an unpaired surrogate, which cannot be encoded. "
                "Remove it."
            )
        if "//" in template or template.startswith("/"):
            remedy = _EMPTY_PREFIX if template.endswith("//{*route}") else "Remove the extra '/'."
            raise HostError(f"Route {template!r} has an empty segment. {remedy}")
        literal = takewhile(lambda text: text.isascii() and not set(text) & set("{}"), segments)
        self.beginning = "/".join(["", *literal]).lower()
        split = [(segment, self._split(segment)) for segment in segments]
        self._check_catch_all([pieces for _, pieces in split])
        choices = product(*(self._segment_patterns(*one) for one in split))
        self._patterns = [
            re.compile("".join(choice) + "/?", re.IGNORECASE | re.DOTALL) for choice in choices
        ]

    def match(self, path: str) -> Optional[Dict[str, str]]:
        """Return the values of the parameters, or None if a decoded path does not match."""
        matches = (pattern.fullmatch(path) for pattern in self._patterns)
        found = next(filter(None, matches), None)
        if found is None:
            return None
        values: Dict[str, str] = {}
        for group, parameter in self._parameters.items():
            value = found.groupdict().get(group) or parameter.default
            if value is None:
                continue
            if not all(accepts(value) for accepts in parameter.constraints):
                return None
            values[parameter.name] = value
        return values

    def _check_catch_all(self, segments: Sequence[Sequence[Piece]]) -> None:
        for pieces in segments:
            found = [one for one in pieces if isinstance(one, Parameter) and one.catch_all]
            if found and (len(pieces) > 1 or pieces is not segments[-1]):
                raise HostError(
                    f"Route {self.template!r} has something after or beside {{*{found[0].name}}}. "
                    "Make it the last segment."
                )

    def _segment_patterns(self, segment: str, pieces: Sequence[Piece]) -> List[str]:
        """Return the patterns of a segment, in the order in which to try them."""
        only = pieces[0] if len(pieces) == 1 else None
        if isinstance(only, Parameter) and only.catch_all:
            return [f"(?:/(?P<{self._add_group(only)}>.*))?"]
        patterns = [
            f"(?P<{self._add_group(piece)}>[^/]+)"
            if isinstance(piece, Parameter)
            else re.escape(piece)
            for piece in pieces
        ]
        pattern = "/" + "".join(patterns)
        if isinstance(only, Parameter) and (only.optional or only.default is not None):
            return [f"(?:{pattern})?"]
        if self._has_optional_end(segment, pieces) and len(pieces) > 2:
            # If the optional last part is missing, its period is missing, too
            # (RoutePatternMatcher.cs of ASP.NET Core).
            return [pattern, "/" + "".join(patterns[:-2]) + r"(?<!\.)"]
        return [pattern]

    def _has_optional_end(self, segment: str, pieces: Sequence[Piece]) -> bool:
        optional = [isinstance(piece, Parameter) and piece.optional for piece in pieces]
        if len(pieces) == 1 or True not in optional:
            return False
        # Only a period may stand before an optional parameter (RoutePatternParser.cs).
        if optional.index(True) != len(pieces) - 1 or not _ends_with_period(pieces[:-1]):
            raise HostError(
                f"Route {self.template!r} has an optional parameter inside {segment!r}. Put it at "
                "the end of the segment, after a period."
            )
        return True

    def _split(self, segment: str) -> List[Piece]:
        pieces: List[Piece] = []
        end = 0
        for piece in _PIECE.finditer(segment):
            if piece.start() != end:
                break
            end = piece.end()
            if piece.group(1) is not None:
                pieces.append(self._parse_parameter(piece.group(1)))
            else:
                pieces.append(piece.group()[0])
        if end != len(segment):
            raise HostError(f"Route {self.template!r} has an unpaired brace. Write {{name}}.")
        if "?" in pieces:
            raise HostError(f"Route {self.template!r} has a '?' outside of a parameter. Remove it.")
        adjacent = zip(pieces, pieces[1:])
        if any(isinstance(one, Parameter) and isinstance(two, Parameter) for one, two in adjacent):
            raise HostError(f"Route {self.template!r} has two adjacent parameters. Separate them.")
        return pieces

    def _parse_parameter(self, text: str) -> Parameter:
        name = _NAME.match(text)
        if name is None:
            raise HostError(f"Route {self.template!r} has a parameter without a name: {{{text}}}.")
        rest, constraints = text[name.end() :], []
        while rest.startswith(":"):
            constraint = _CONSTRAINT.match(rest)
            if constraint is None:
                raise HostError(f"Route {self.template!r} has a bad constraint in {{{text}}}.")
            constraints.append(parse_constraint(self.template, constraint[1]))
            rest = rest[constraint.end() :]
        is_valid = rest in ("", "?") or rest.startswith("=")
        if not is_valid or (name[1] and rest.endswith("?")):
            raise HostError(f"Route {self.template!r} has a bad parameter: {{{text}}}.")
        default = rest[1:] if rest.startswith("=") else None
        return Parameter(name[2], bool(name[1]), rest == "?", default, tuple(constraints))

    def _add_group(self, parameter: Parameter) -> str:
        if any(parameter.name.lower() == known.name.lower() for known in self._parameters.values()):
            raise HostError(f"Route {self.template!r} has {{{parameter.name}}} twice. Rename one.")
        group = f"parameter_{len(self._parameters)}"
        self._parameters[group] = parameter
        return group


def _ends_with_period(pieces: Sequence[Piece]) -> bool:
    return pieces[-1] == "." and (len(pieces) == 1 or isinstance(pieces[-2], Parameter))
