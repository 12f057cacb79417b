"""
Run the stand-in for an action, as a step of a job.

    python -m release.rehearsal.standins ACTION
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from release.rehearsal.standins import actions, artifacts, pypi_publish
from release.rehearsal.standins.job import read_job
from release.steps.step import run_step

STANDINS = {
    "actions/attest": actions.attest,
    "actions/checkout": actions.checkout,
    "actions/download-artifact": artifacts.download,
    "actions/setup-python": actions.setup_python,
    "actions/upload-artifact": artifacts.upload,
    "astral-sh/setup-uv": actions.setup_uv,
    "pypa/gh-action-pypi-publish": pypi_publish.publish,
    "re-actors/alls-green": actions.alls_green,
}


def main(action: str) -> None:
    """Run the stand-in and write its outputs."""
    outputs = STANDINS[action](read_job(json.loads(os.environ["INPUTS"]))) or {}
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in outputs.items())


if __name__ == "__main__":
    sys.exit(run_step(main))
