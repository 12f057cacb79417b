"""The imports of this repository: which part may import which, and no cycles."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Dict, Iterator

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("benchmarks", "functions_host", "integration", "python_worker_extension_timer", "release")
# What each part may import of ours, besides itself.
ALLOWED = {
    "python_worker_extension_timer": (),
    "functions_host": (),
    # The package only in test_readme.py, which checks the readme's code.
    "integration": ("functions_host", "python_worker_extension_timer"),
    "release.steps": (),
    "release.rehearsal": ("release.steps",),
}


def find_modules(part: str) -> Dict[str, Path]:
    """Return the modules of a part of the repository, without the customers' apps in it."""
    top = ROOT / "host" if part == "functions_host" else ROOT
    paths = (top / part.replace(".", "/")).rglob("*.py")
    names = {".".join(path.relative_to(top).with_suffix("").parts): path for path in paths}
    return {name: path for name, path in names.items() if "apps" not in path.parts}


def find_imports(name: str, path: Path) -> Iterator[str]:
    """Yield the absolute name of everything that a module imports, wherever it does so."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = name.split(".")[: -node.level] if node.level else []
            source = ".".join([*parents, *filter(None, [node.module])])
            yield from (f"{source}.{alias.name}" for alias in node.names)
            yield source


@pytest.mark.parametrize("part", ALLOWED)
def test_part_imports_only_what_it_may(part: str) -> None:
    imported = {name for module in find_modules(part).items() for name in find_imports(*module)}

    ours = {f"{name}." for name in imported - {"release"} if name.split(".")[0] in OURS}
    allowed = tuple(f"{name}." for name in (part, *ALLOWED[part]))
    assert [name for name in ours if not name.startswith(allowed)] == []


@pytest.mark.parametrize("package", ["functions_host", "python_worker_extension_timer"])
def test_imports_have_no_cycle(package: str) -> None:
    graph = {name: set(find_imports(name, path)) for name, path in find_modules(package).items()}
    left = set(graph)

    # Each round removes the modules that import nothing of the rest; only cycles stay.
    for _ in graph:
        left = {name for name in left if graph[name] & left}
    assert left == set()
