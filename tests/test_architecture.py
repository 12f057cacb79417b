"""Imports: which part may import which, and no cycles. The lengths of functions and names."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import Dict, Iterator

import pytest

OURS = ("benchmarks.", "functions_host.", "integration.", "python_worker_", "release.")
# The other parts that each part may import. Only integration/test_readme.py imports the package.
ALLOWED = {
    "python_worker_extension_timer": (),
    "functions_host": (),
    "integration": ("functions_host", "python_worker_extension_timer"),
    "release.steps": (),
    "release.rehearsal": ("release.steps",),
}


def find_modules(part: str) -> Dict[str, Path]:
    """Return the modules of a part of the repository, except the apps in it."""
    top = Path(__file__).parents[1] / ("host" if part == "functions_host" else "")
    paths = list((top / part.replace(".", "/")).rglob("*.py"))
    names = [".".join(path.relative_to(top).with_suffix("").parts) for path in paths]
    return {name: path for name, path in zip(names, paths) if ".apps." not in name}


def find_imports(name: str, path: Path) -> Iterator[str]:
    """Yield the absolute names of a module's imports, also of those inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = name.split(".")[: -node.level] if node.level else []
            source = ".".join([*parents, *filter(None, [node.module])])
            yield from (source, *(f"{source}.{alias.name}" for alias in node.names))


@pytest.mark.parametrize("part", ALLOWED)
def test_part_imports_only_what_it_may(part: str) -> None:
    if part.startswith("release") and sys.version_info < (3, 10):
        pytest.skip("release/ is written for Python 3.10 and newer")
    modules = find_modules(part).items()
    imported = {f"{name}." for module in modules for name in find_imports(*module)} - {"release."}
    allowed = tuple(f"{name}." for name in (part, *ALLOWED[part]))

    assert [n for n in imported if n.startswith(OURS) and not n.startswith(allowed)] == []


def find_long_functions(path: Path) -> Iterator[str]:
    """Yield each function with more than 25 lines below its signature and docstring."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            body = node.body[ast.get_docstring(node) is not None :]
            length = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
            if length > 25:
                yield f"{path}:{node.lineno}: {node.name}() has {length} lines; 25 are the limit."


@pytest.mark.skipif(sys.version_info < (3, 10), reason="release/ is for Python 3.10 and newer")
@pytest.mark.parametrize("part", ALLOWED)
def test_functions_have_at_most_25_lines(part: str) -> None:
    paths = find_modules(part).values()

    assert [line for path in paths for line in find_long_functions(path)] == []


@pytest.mark.parametrize("package", ["functions_host", "python_worker_extension_timer"])
def test_imports_have_no_cycle(package: str) -> None:
    graph = {name: set(find_imports(name, path)) for name, path in find_modules(package).items()}
    left = set(graph)
    # Each round removes the modules that import none of the others. Only cycles remain.
    for _ in graph:
        left = {name for name in left if graph[name] & left}
    assert left == set()


def test_names_of_tests_have_at_most_8_words() -> None:
    root = Path(__file__).parents[1]
    folders = ("benchmarks", "host/tests", "integration", "release", "tests")
    paths = [path for folder in folders for path in (root / folder).rglob("test_*.py")]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    names = [name for text in texts for name in re.findall(r"def test_(\w+)", text)]

    assert len(names) > 500
    assert [name for name in names if name.count("_") > 7] == []
