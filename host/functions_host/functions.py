"""Functions that are ready to be invoked."""

from __future__ import annotations

from typing import Any, List, NamedTuple, Optional, Sequence

from .definitions import Definition
from .routes import Route


class Function(NamedTuple):
    """
    A function ready to be invoked.

    `loaded` is what its worker knows it by.
    """

    definition: Definition
    route: Optional[Route]
    loaded: Any

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def methods(self) -> Optional[List[str]]:
        """
        The HTTP methods it takes, in upper case; None for all.
        """
        methods = self.definition.trigger.settings.get("methods")
        return None if methods is None else [str(method).upper() for method in methods]

    def takes(self, method: str) -> bool:
        return self.methods is None or method.upper() in self.methods


def check_routes(functions: Sequence[Function]) -> List[str]:
    """
    Return a sentence for each function whose route an earlier one has already.
    """
    problems = []
    for index, function in enumerate(functions):
        for earlier in functions[:index]:
            if _share_a_route(function, earlier):
                assert function.route
                problems.append(
                    f"Function {function.name} has the same route as function {earlier.name}: "
                    f"{function.route.template}. Change one, or its methods."
                )
    return problems


def _share_a_route(one: Function, other: Function) -> bool:
    if one.route is None or other.route is None:
        return False
    same = one.route.template.strip("/").lower() == other.route.template.strip("/").lower()
    return same and (
        one.methods is None
        or other.methods is None
        or not set(one.methods).isdisjoint(other.methods)
    )
