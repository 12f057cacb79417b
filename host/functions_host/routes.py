"""
Route templates of ASP.NET Core, the language of an HTTP trigger's `route`.

Follows the reference "Routing in ASP.NET Core", sections "Route templates" and "Route constraints".
"""

from __future__ import annotations

import re
from typing import Dict, List, NamedTuple, Optional, Tuple, Union

from .constraints import Constraint, parse_constraint
from .errors import HostError

_PIECE = re.compile(r"\{\{|\}\}|\{((?:\{\{|\}\}|[^{}])*)\}|[^{}]")
_NAME = re.compile(r"(\*{0,2})(\w+)")
_CONSTRAINT = re.compile(r":(\w+)(?:\(((?:[^()\\]|\\.|\([^()]*\))*)\))?")


class Parameter(NamedTuple):
    """One `{…}` of a template."""

    name: str
    catch_all: bool
    optional: bool
    default: Optional[str]
    constraints: Tuple[Constraint, ...]


def _is_text(template: str) -> bool:
    # JSON can say one half of a pair of surrogates, and no encoding can.
    try:
        template.encode()
    except UnicodeEncodeError:
        return False
    return True


class Route:
    """
    A template with its prefix, ready to match paths.

    Args:
        template: For instance `api/products/{category:alpha}/{id:int?}`.

    Raises:
        HostError: It is not a template.
    """

    def __init__(self, template: str) -> None:
        self.template = template
        self._parameters: Dict[str, Parameter] = {}
        segments = [segment for segment in template.split("/") if segment]
        if {".", ".."} & set(segments):
            raise HostError(f"Route {template!r} has a segment that clients remove. Rename it.")
        if not _is_text(template):
            raise HostError(f"Route {template!r} has half a character. Remove it.")
        if "//" in template or template.startswith("/"):
            raise HostError(f"Route {template!r} has an empty segment. Remove the extra '/'.")
        pattern = "".join(self._segment_pattern(segment) for segment in segments)
        self._pattern = re.compile(pattern + "/?", re.IGNORECASE | re.DOTALL)

    def match(self, path: str) -> Optional[Dict[str, str]]:
        """
        Return the values of the parameters, or None if the path is not this route's.

        Args:
            path: Decoded, with its leading `/`.
        """
        found = self._pattern.fullmatch(path)
        if found is None:
            return None
        values: Dict[str, str] = {}
        for group, parameter in self._parameters.items():
            value = found.group(group) or parameter.default
            if value is None:
                continue
            if not all(accepts(value) for accepts in parameter.constraints):
                return None
            values[parameter.name] = value
        return values

    def _segment_pattern(self, segment: str) -> str:
        pieces = self._pieces(segment)
        only = pieces[0] if len(pieces) == 1 else None
        if isinstance(only, Parameter) and only.catch_all:
            return f"(?:/(?P<{self._group(only)}>.*))?"
        pattern = "".join(
            f"(?P<{self._group(piece)}>[^/]+)" if isinstance(piece, Parameter) else re.escape(piece)
            for piece in pieces
        )
        if isinstance(only, Parameter) and (only.optional or only.default is not None):
            return f"(?:/{pattern})?"
        return f"/{pattern}"

    def _pieces(self, segment: str) -> List[Union[str, Parameter]]:
        pieces: List[Union[str, Parameter]] = []
        end = 0
        for piece in _PIECE.finditer(segment):
            if piece.start() != end:
                break
            end = piece.end()
            if piece.group(1) is not None:
                pieces.append(self._parameter(piece.group(1)))
            else:
                pieces.append(piece.group()[0])
        if end != len(segment):
            raise HostError(f"Route {self.template!r} has an unpaired brace. Write {{name}}.")
        return pieces

    def _parameter(self, text: str) -> Parameter:
        name = _NAME.match(text)
        if name is None:
            raise HostError(f"Route {self.template!r} has a parameter without a name: {{{text}}}.")
        rest, constraints = text[name.end() :], []
        while rest.startswith(":"):
            constraint = _CONSTRAINT.match(rest)
            if constraint is None:
                raise HostError(f"Route {self.template!r} has a bad constraint in {{{text}}}.")
            constraints.append(parse_constraint(self.template, *constraint.groups()))
            rest = rest[constraint.end() :]
        if rest not in ("", "?") and not rest.startswith("="):
            raise HostError(f"Route {self.template!r} has a bad parameter: {{{text}}}.")
        default = rest[1:] if rest.startswith("=") else None
        return Parameter(name[2], bool(name[1]), rest == "?", default, tuple(constraints))

    def _group(self, parameter: Parameter) -> str:
        if any(parameter.name.lower() == known.name.lower() for known in self._parameters.values()):
            raise HostError(f"Route {self.template!r} has {{{parameter.name}}} twice. Rename one.")
        group = f"parameter_{len(self._parameters)}"
        self._parameters[group] = parameter
        return group
