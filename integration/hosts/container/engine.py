"""Docker or podman, by its command line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Dict, List, Optional, Sequence

from integration.hosts.protocol import HostError

_ENGINES = ("docker", "podman")
_VERSION = re.compile(r"\d+\.\d+")


class ContainerError(HostError):
    """Raised when a command of the engine, or a container, fails; the message has the reason."""


class NoEngineError(ContainerError):
    """Raised when no engine is installed, or none answers."""


class BuildError(ContainerError):
    """Raised when an image cannot be built."""


class PlatformError(ContainerError):
    """Raised when the engine cannot run programs of an image's platform."""


class Engine:
    """
    The engine that CONTAINER_ENGINE names, or else the first of docker and podman that answers.

    Raises:
        NoEngineError: There is no such engine.
    """

    def __init__(self) -> None:
        problems = []
        for self.program in _find_programs():
            problem = self._find_problem()
            if problem is None:
                return
            problems.append(f"{self.program} is installed but does not answer: {problem}")
        raise NoEngineError(
            f"{'; '.join(problems)}. Start it, or name another with CONTAINER_ENGINE."
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
        """
        Return the lines that a command prints, without duplicates.
        """
        return list(dict.fromkeys(self.run(*arguments).splitlines()))

    def build(
        self, context: Path, tag: str, options: Sequence[str], arguments: Dict[str, str]
    ) -> None:
        """
        Build an image from a folder with a Dockerfile, and pull missing images for it.

        Raises:
            PlatformError: The engine cannot run the programs of the image.

            BuildError: The build failed for another reason.
        """
        values = [text for item in arguments.items() for text in ("--build-arg", "=".join(item))]
        command = ("build", "--quiet", "--pull=false", "--tag", tag, *options, *values)
        try:
            self.run(*command, str(context), seconds=900)
        except ContainerError as error:
            if "exec format error" in str(error).lower():
                raise PlatformError(
                    f"{self.program} cannot run programs for {arguments.get('IMAGE', tag)} on this "
                    "machine: the official images are for linux/amd64 only. Switch on emulation in "
                    "Docker Desktop, install qemu-user-static on Linux, or pass --stand-in. "
                    f"{error}"
                ) from None
            raise BuildError(f"the image {tag} cannot be built: {error}") from None

    def read_log(self, container: str) -> str:
        """
        Return everything a container has printed so far.
        """
        done = subprocess.run(
            [self.program, "logs", container],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
        )
        return done.stdout.decode(errors="replace")

    def _find_problem(self) -> Optional[str]:
        try:
            version = self.run("version", seconds=20)
        except ContainerError as error:
            return str(error).splitlines()[-1].strip().rstrip(".")
        if not _VERSION.search(version):
            return "it prints no version, so it is not docker or podman"
        return None


def _find_programs() -> List[str]:
    chosen = os.environ.get("CONTAINER_ENGINE")
    names = [chosen] if chosen else _ENGINES
    programs = [program for program in map(shutil.which, names) if program]
    if programs:
        return programs
    if chosen:
        raise NoEngineError(f"CONTAINER_ENGINE={chosen} is not on PATH. Unset or correct it.")
    raise NoEngineError("neither docker nor podman is on PATH. Install one of them.")
