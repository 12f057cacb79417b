"""The project's static metadata, read from setup.py without running it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

from release.steps.commands import read_committed
from release.steps.step import ReleaseError


@dataclass(frozen=True)
class Metadata:
    """The fields of setup.py that a release needs."""

    name: str
    version: str
    packages: list[str]
    install_requires: list[str]

    @property
    def package(self) -> str:
        """The folder of the import package."""
        return self.packages[0]

    @property
    def stem(self) -> str:
        """The start of the file names of sdist and wheel: normalized name and version."""
        return f"{re.sub(r'[-_.]+', '_', self.name).lower()}-{self.version}"


def parse_metadata(setup_py: str) -> Metadata:
    """Return the fields that a setup.py passes to `setup()` as literals."""
    nodes = ast.walk(ast.parse(setup_py))
    stated = {node.arg: _literal(node.value) for node in nodes if isinstance(node, ast.keyword)}
    fields = {}
    for field, kind in (("name", str), ("version", str), ("packages", list)):
        if not isinstance(stated.get(field), kind) or not stated[field]:
            raise ReleaseError(f"setup.py does not state its {field}. Add a literal {field}=.")
        fields[field] = stated[field]
    return Metadata(**fields, install_requires=stated.get("install_requires") or [])


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def read_metadata() -> Metadata:
    """Return the metadata of the commit at HEAD."""
    return parse_metadata(read_committed("setup.py"))
