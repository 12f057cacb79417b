"""The command line of Docker or podman."""

from __future__ import annotations

import os
import subprocess
from typing import List

from integration.hosts.protocol import HostError


class ContainerError(HostError):
    """Raised when a command of the engine or a container fails. The message has the reason."""


class NoEngineError(ContainerError):
    """Raised when no engine is installed or none answers."""


class Engine:
    """
    The engine in CONTAINER_ENGINE, or the first of docker and podman that answers.

    Raises:
        NoEngineError: No engine answers.
    """

    def __init__(self) -> None:
        chosen, problems = os.environ.get("CONTAINER_ENGINE"), []
        for self.program in [chosen] if chosen else ["docker", "podman"]:
            try:
                self.run("version", seconds=20)
                return
            except FileNotFoundError:
                problems.append(f"{self.program} is not on PATH")
            except ContainerError as error:
                reason = str(error).splitlines()[-1].strip().rstrip(".")
                problems.append(f"{self.program} does not answer: {reason}")
        raise NoEngineError(
            f"{'; '.join(problems)}. Install and start one, or name another by CONTAINER_ENGINE."
        )

    def run(self, *arguments: str, seconds: float = 60) -> str:
        """
        Return the standard output of a command.

        Raises:
            ContainerError: The command failed or took longer.
        """
        command = [self.program, *arguments]
        try:
            done = subprocess.run(command, capture_output=True, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise ContainerError(f"{' '.join(command)} did not end in {seconds:g} s.") from None
        if done.returncode:
            printed = (done.stdout + done.stderr).decode(errors="replace").strip()
            raise ContainerError(f"{' '.join(command)} failed (exit {done.returncode}):\n{printed}")
        return done.stdout.decode(errors="replace").strip()

    def list_lines(self, *arguments: str) -> List[str]:
        """Return the lines that a command prints, without duplicates."""
        return list(dict.fromkeys(self.run(*arguments).splitlines()))

    def read_log(self, container: str) -> str:
        """Return everything a container has printed so far."""
        done = subprocess.run(
            [self.program, "logs", container],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
        )
        return done.stdout.decode(errors="replace")
