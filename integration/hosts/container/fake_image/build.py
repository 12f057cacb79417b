"""Build the stand-in for an official image."""

from __future__ import annotations

import shutil
from pathlib import Path

from integration.catalog import ROOT
from integration.hosts.container.cleanup import SuiteRun
from integration.matrix import official_image

_HERE = Path(__file__).parent


def build_fake_image(run: SuiteRun, python: str, folder: Path) -> str:
    """Build a stand-in for the official image of a Python version, and return its name."""
    context = folder / "context"
    without = shutil.ignore_patterns("__pycache__", "tests", "*.egg-info")
    # The embedded host of this checkout, or of PyPI if the checkout does not have it.
    host = "azure-functions-embedded-host"
    (context / "host").mkdir(parents=True)
    if (ROOT / "host").is_dir():
        shutil.copytree(str(ROOT / "host"), str(context / "host" / host), ignore=without)
        host = f"/tmp/host/{host}"
    for file in ("fake_host.py", "Dockerfile"):
        shutil.copy(str(_HERE / file), str(context))
    tag = official_image(python).rpartition("/")[2]
    # Each run builds its own image, and removes it when the run ends.
    name = f"localhost/stand-in-for-azure-functions-{tag}-{run.id}"
    run.build(context, name, {"PYTHON": python, "HOST": host})
    return name
