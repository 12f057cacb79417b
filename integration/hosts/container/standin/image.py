"""The image of the stand-in, built from this checkout."""

from __future__ import annotations

import shutil
from pathlib import Path

from integration.hosts.container.owned import Owned
from integration.matrix import official_image

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[3]


def build_stand_in(owned: Owned, python: str, folder: Path) -> str:
    """
    Return the name of a stand-in for the official image of a Python version.

    Raises:
        ImageMissingError: The image of Python that it is put on cannot be had.

        BuildError: It cannot be built.
    """
    context = folder / "stand-in"
    shutil.copytree(
        str(_ROOT / "host"),
        str(context / "host"),
        ignore=shutil.ignore_patterns("__pycache__", "tests", "*.egg-info"),
    )
    shutil.copy(str(_HERE / "standin.py"), str(context))
    shutil.copy(str(_HERE / "Dockerfile"), str(context))
    tag = official_image(python).rpartition("/")[2]
    # Another run, beside this one, has a stand-in of its own and removes it when it ends.
    name = f"localhost/stand-in-for-azure-functions-{tag}-{owned.id}"
    owned.engine.need(f"docker.io/library/python:{python}-slim-bookworm")
    owned.build(context, name, {"PYTHON": python})
    return name
