from pathlib import Path

import pytest

from release.steps.commands import git
from release.steps.metadata import Metadata, parse_pyproject, parse_setup, read_projects
from release.steps.step import ReleaseError

SETUP = """\
setup(
    name="A-project.x",
    version="1.2.3",
    long_description=open("nowhere").read(),
    packages=["a_package"],
    install_requires=["b >= 1"],
)
"""
PYPROJECT = """\
[project]
name = "another-project"
version = "0"

[project.scripts]
run = "another:run"

[tool.setuptools]
packages = ["another"]
"""


def test_projects_are_those_of_the_commit(tmp_path: Path) -> None:
    (tmp_path / "host").mkdir()
    (tmp_path / "setup.py").write_text(SETUP, encoding="utf-8")
    for file in ("pyproject.toml", "host/pyproject.toml"):
        (tmp_path / file).write_text(PYPROJECT, encoding="utf-8")
    identity = ["-c", "user.name=x", "-c", "user.email=x@localhost"]
    git("init", "--quiet", cwd=tmp_path)
    git("add", "--all", cwd=tmp_path)
    git(*identity, "commit", "--quiet", "--message=First", cwd=tmp_path)
    (tmp_path / "setup.py").write_text("", encoding="utf-8")

    top, other = read_projects(tmp_path)

    assert top == Metadata("A-project.x", "1.2.3", ["a_package"], ["b >= 1"])
    assert (top.source, top.sdist) == ("a_package", "a_project_x-1.2.3.tar.gz")
    assert other == Metadata("another-project", "1.2.3", ["another"], [], "host", has_scripts=True)
    assert (other.source, other.wheel) == (
        "host/another",
        "another_project-1.2.3-py3-none-any.whl",
    )


@pytest.mark.parametrize("field", ["name", "version", "packages"])
@pytest.mark.parametrize("value", ["", "{0}=VALUE,", "{0}=1,", "{0}=None,"])
def test_missing_field_is_refused(field: str, value: str) -> None:
    fields = {"name": "name='a',", "version": "version='1',", "packages": "packages=['a'],"}
    fields[field] = value.format(field)

    with pytest.raises(ReleaseError, match=f"does not state its {field}"):
        parse_setup(f"setup({''.join(fields.values())})")


def test_version_of_its_own_is_refused() -> None:
    own = PYPROJECT.replace('"0"', '"1.0"')

    with pytest.raises(ReleaseError, match=r"^host/pyproject\.toml has the version 1\.0\. Write"):
        parse_pyproject(own, "host", "1.2.3")
