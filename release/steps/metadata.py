"""The static metadata of the projects that are released together, read without running setup.py."""

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomllib

from release.steps.commands import git
from release.steps.step import ReleaseError

# The placeholder version of a project in a folder. The release replaces it with the version in
# setup.py.
NO_VERSION = "0"


@dataclass(frozen=True)
class Metadata:
    """The fields of one project that a release needs."""

    name: str
    version: str
    packages: list[str]
    install_requires: list[str] = field(default_factory=list)
    folder: str = "."
    has_scripts: bool = False

    @property
    def package(self) -> str:
        """The import package."""
        return self.packages[0]

    @property
    def source(self) -> str:
        """The folder of the import package, from the top folder."""
        return (Path(self.folder) / self.package).as_posix()

    @property
    def stem(self) -> str:
        """The start of the file names of sdist and wheel: normalized name and version."""
        return f"{re.sub(r'[-_.]+', '_', self.name).lower()}-{self.version}"

    @property
    def sdist(self) -> str:
        """The file name of the sdist."""
        return f"{self.stem}.tar.gz"

    @property
    def wheel(self) -> str:
        """The file name of the wheel."""
        return f"{self.stem}-py3-none-any.whl"


def parse_setup(setup_py: str) -> Metadata:
    """Return the fields that a setup.py passes to `setup()` as literals."""
    nodes = ast.walk(ast.parse(setup_py))
    stated = {node.arg: _literal(node.value) for node in nodes if isinstance(node, ast.keyword)}
    for name, kind in (("name", str), ("version", str), ("packages", list)):
        if not isinstance(stated.get(name), kind) or not stated[name]:
            raise ReleaseError(f"setup.py does not state its {name}. Add a literal {name}=.")
    requires = stated.get("install_requires") or []
    return Metadata(stated["name"], stated["version"], stated["packages"], requires)


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def parse_pyproject(text: str, folder: str, version: str) -> Metadata:
    """Return the metadata of a project in a folder, with the release's version."""
    content = tomllib.loads(text)
    project = content["project"]
    if project["version"] != NO_VERSION:
        raise ReleaseError(
            f"{folder}/pyproject.toml has the version {project['version']}. Write "
            f'version = "{NO_VERSION}": a release has the version of setup.py.'
        )
    packages = content["tool"]["setuptools"]["packages"]
    has_scripts = "scripts" in project
    return Metadata(project["name"], version, packages, folder=folder, has_scripts=has_scripts)


def read_projects(repository: Path = Path()) -> list[Metadata]:
    """
    Return the projects at HEAD, which are released together.

    The first is the project of setup.py. The others are the folders with a pyproject.toml.
    """

    def read(path: str) -> str:
        return git("show", f"HEAD:{path}", cwd=repository)

    top = parse_setup(read("setup.py"))
    files = git("ls-tree", "-r", "--name-only", "HEAD", cwd=repository).splitlines()
    folders = [file.split("/")[0] for file in files if re.fullmatch(r"[^/]+/pyproject\.toml", file)]
    return [
        top,
        *(parse_pyproject(read(f"{one}/pyproject.toml"), one, top.version) for one in folders),
    ]
