from collections.abc import Callable
from pathlib import Path

import pytest

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


def test_projects_are_those_of_the_commit(
    commit: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = dict.fromkeys(
        ["pyproject.toml", "host/pyproject.toml", "a/b/pyproject.toml"], PYPROJECT
    )
    commit({"setup.py": SETUP, **files})
    Path("setup.py").write_text("", encoding="utf-8")
    repository = Path.cwd()
    monkeypatch.chdir(tmp_path)

    top, other = read_projects(repository)

    assert top == Metadata("A-project.x", "1.2.3", ["a_package"], ["b >= 1"])
    assert (top.source, top.sdist) == ("a_package", "a_project_x-1.2.3.tar.gz")
    assert other == Metadata("another-project", "1.2.3", ["another"], [], "host", has_scripts=True)
    assert other.source == "host/another"
    assert other.wheel == "another_project-1.2.3-py3-none-any.whl"


@pytest.mark.parametrize("field", ["name", "version", "packages"])
@pytest.mark.parametrize("value", ["", "{0}=VALUE,", "{0}=1,", "{0}=None,"])
def test_missing_field_is_refused(field: str, value: str) -> None:
    fields = {"name": "name='a',", "version": "version='1',", "packages": "packages=['a'],"}
    fields[field] = value.format(field)

    with pytest.raises(
        ReleaseError, match=rf"does not state its {field}\. Add a literal {field}=\."
    ):
        parse_setup(f"setup({''.join(fields.values())})")


def test_version_of_its_own_is_refused() -> None:
    own = PYPROJECT.replace('"0"', '"1.0"')

    reason = r"^host/pyproject\.toml has the version 1\.0\. Write version = \"0\": a release has"
    with pytest.raises(ReleaseError, match=reason):
        parse_pyproject(own, "host", "1.2.3")
