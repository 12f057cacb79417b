"""
Run the stand-in for an action or for a command, in a step of a job.

    python -m release.rehearsal.standins ACTION
    python -m release.rehearsal.standins COMMAND [ARGUMENT...]

The inputs of an action are the keyword arguments of its stand-in. So an unknown input fails the
step.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from release.rehearsal.standins import actions, pypi_publish
from release.rehearsal.standins.docker import docker
from release.rehearsal.standins.gh import gh
from release.rehearsal.standins.job import read_job
from release.steps.step import ReleaseError, run_step

ACTIONS: dict[str, Callable[..., dict[str, str] | None]] = {
    "actions/attest": actions.attest,
    "actions/checkout": actions.checkout,
    "actions/download-artifact": actions.download_artifact,
    "actions/setup-python": actions.setup_python,
    "actions/upload-artifact": actions.upload_artifact,
    "astral-sh/setup-uv": actions.setup_uv,
    "pypa/gh-action-pypi-publish": pypi_publish.publish,
    "re-actors/alls-green": actions.alls_green,
}
COMMANDS = {"docker": docker, "gh": gh}


def main(name: str, *arguments: str) -> None:
    """Run a stand-in and write its outputs."""
    if name in COMMANDS:
        sys.stdout.write(f"{COMMANDS[name](read_job(), *arguments)}\n")
    elif name in ACTIONS:
        _run_action(name)
    else:
        raise ReleaseError(f"{name} has no stand-in. Add it to {__file__}.")


def _run_action(name: str) -> None:
    given = json.loads(os.environ["INPUTS"])
    # The action.yml has the inputs of all steps that use the action. A step's missing inputs are
    # empty.
    inputs = {key.replace("-", "_"): value for key, value in given.items() if value}
    outputs = ACTIONS[name](read_job(), **inputs) or {}
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as file:
        file.writelines(f"{key}={value}\n" for key, value in outputs.items())


if __name__ == "__main__":
    # Not argparse: the command itself reads its options.
    sys.exit(run_step(lambda: main(*sys.argv[1:]), []))
