from __future__ import annotations

from pathlib import Path

import pytest

from release.rehearsal.standins.docker import docker
from release.steps.step import ReleaseError

HERE = {"3.7": "/somewhere/python3.7"}


def test_interpreter_is_copied_to_its_place(tmp_path: Path) -> None:
    container = docker(["create", "docker.io/library/python:3.7-slim-bookworm"], HERE)

    docker(["cp", f"{container}:/usr/local", str(tmp_path / "python")], HERE)

    assert (tmp_path / "python" / "bin" / "python3.7").readlink() == Path(HERE["3.7"])
    assert docker(["rm", container], HERE) == container


@pytest.mark.parametrize(
    "command",
    [
        "create docker.io/library/python:3.6-slim-bookworm",
        "create docker.io/library/debian:bookworm",
        "create --privileged docker.io/library/python:3.7-slim-bookworm",
        "cp 3.7:/etc folder",
        "rm 3.8",
        "run image",
    ],
)
def test_other_commands_are_refused(command: str) -> None:
    with pytest.raises(ReleaseError):
        docker(command.split(), HERE)
