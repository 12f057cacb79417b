"""
Run the stand-in for an action, as a step of a job.

    python -m release.rehearsal.standins ACTION

The inputs of the step are the keyword arguments of the stand-in, so an input that it does not know
fails the step.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from release.rehearsal.standins import actions, artifacts, pypi_publish
from release.rehearsal.standins.job import read_job
from release.steps.step import ReleaseError, run_step

STANDINS: dict[str, Callable[..., dict[str, str] | None]] = {
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
    if action not in STANDINS:
        raise ReleaseError(f"{action} has no stand-in. Add it to {__file__}.")
    given = json.loads(os.environ["INPUTS"])
    # An action that several steps use has the inputs of all; those that a step lacks are empty.
    inputs = {name.replace("-", "_"): value for name, value in given.items() if value}
    outputs = STANDINS[action](read_job(), **inputs) or {}
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in outputs.items())


if __name__ == "__main__":
    sys.exit(run_step(main))
