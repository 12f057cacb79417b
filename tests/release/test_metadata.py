from __future__ import annotations

import pytest

from release.steps.metadata import Metadata, parse_metadata
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


def test_metadata_is_read_without_running_setup_py() -> None:
    metadata = parse_metadata(SETUP)

    assert metadata == Metadata("A-project.x", "1.2.3", ["a_package"], ["b >= 1"])
    assert (metadata.package, metadata.stem) == ("a_package", "a_project_x-1.2.3")


@pytest.mark.parametrize("field", ["name", "version", "packages"])
@pytest.mark.parametrize("value", ["", "{0}=VALUE,", "{0}=1,", "{0}=None,"])
def test_missing_field_is_refused(field: str, value: str) -> None:
    fields = {"name": "name='a',", "version": "version='1',", "packages": "packages=['a'],"}
    fields[field] = value.format(field)

    with pytest.raises(ReleaseError, match=f"does not state its {field}"):
        parse_metadata(f"setup({''.join(fields.values())})")
