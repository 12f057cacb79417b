"""Find the function for a request among thousands."""

from __future__ import annotations

from collections import defaultdict
from typing import Dict, FrozenSet, List, NamedTuple, Optional, Sequence, Tuple

from .definitions import Function
from .routes import Route


class _Entry(NamedTuple):
    """A function's place in the app, its route and its methods."""

    place: int
    function: Function
    route: Route
    methods: Optional[FrozenSet[str]]


class RouteTable:
    """The routes of an app, by the beginning of their paths."""

    def __init__(self, functions: Sequence[Function]) -> None:
        self._entries: Dict[str, List[_Entry]] = defaultdict(list)
        for place, function in enumerate(functions):
            if function.route is not None:
                methods = None if function.methods is None else frozenset(function.methods)
                entry = _Entry(place, function, function.route, methods)
                self._entries[function.route.beginning].append(entry)
        self._depth = max((beginning.count("/") for beginning in self._entries), default=0)

    def find(self, path: str, method: str) -> Optional[Tuple[Function, Dict[str, str]]]:
        """Return the first function that answers a request, and its route parameters."""
        method = method.upper()
        for _, function, route, methods in self._find_candidates(path):
            values = route.match(path)
            if values is not None and (methods is None or method in methods):
                return function, values
        return None

    def _find_candidates(self, path: str) -> List[_Entry]:
        # Only for ASCII is lower case all that a route ignores.
        if not path.isascii():
            return sorted(entry for entries in self._entries.values() for entry in entries)
        beginning, found = "", list(self._entries.get("", ()))
        for segment in path.lower().split("/")[1 : self._depth + 1]:
            beginning = f"{beginning}/{segment}"
            found += self._entries.get(beginning, ())
        return sorted(found) if len(found) > 1 else found
