"""Docker or podman, whichever is there, by its command line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Dict, List, Optional, Sequence

_ENGINES = ("docker", "podman")
_VERSION = re.compile(r"\d+\.\d+")


class ContainerError(Exception):
    """Raised when a container cannot be had, or does not do its work; the text says why."""


class NoEngineError(ContainerError):
    """Raised where neither docker nor podman is installed."""


class EngineDownError(ContainerError):
    """Raised where an engine is installed, and none answers."""


class ImageMissingError(ContainerError):
    """Raised for an image that is neither here nor to be pulled."""


class BuildError(ContainerError):
    """Raised when an image cannot be built."""


class Engine:
    """
    The first engine that answers, of docker and podman, or the one that CONTAINER_ENGINE names.

    Raises:
        NoEngineError: There is none on PATH.

        EngineDownError: None answers.
    """

    def __init__(self) -> None:
        silent = []
        for self.program in _programs():
            reason = self._why_it_does_not_answer()
            if reason is None:
                return
            silent.append(f"{self.program} is installed but does not answer: {reason}")
        raise EngineDownError(
            f"{'; '.join(silent)}. Start it, or name another with CONTAINER_ENGINE."
        )

    def _why_it_does_not_answer(self) -> Optional[str]:
        try:
            said = self.run("version", seconds=20)
        except ContainerError as error:
            return str(error).splitlines()[-1].strip().rstrip(".")
        if not _VERSION.search(said):
            return "it tells no version, so it is no docker or podman"
        return None

    def run(self, *arguments: str, seconds: float = 60) -> str:
        """
        Return what a command prints on standard output.

        Raises:
            ContainerError: It failed, or did not end.
        """
        command = [self.program, *arguments]
        try:
            done = subprocess.run(command, capture_output=True, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise ContainerError(f"{' '.join(command)} did not end in {seconds:g} s.") from None
        if done.returncode:
            said = (done.stdout + done.stderr).decode(errors="replace").strip()
            raise ContainerError(f"{' '.join(command)} failed (exit {done.returncode}):\n{said}")
        return done.stdout.decode(errors="replace").strip()

    def lines(self, *arguments: str) -> List[str]:
        """
        Return the lines that a command prints, each once.
        """
        return list(dict.fromkeys(self.run(*arguments).splitlines()))

    def need(self, image: str) -> None:
        """
        Pull an image that is not here.

        Raises:
            ImageMissingError: It can't be.
        """
        try:
            self.run("image", "inspect", image)
            return
        except ContainerError:
            pass
        try:
            self.run("pull", "--quiet", image, seconds=900)
        except ContainerError as error:
            raise ImageMissingError(
                f"{image} is not on this machine and cannot be pulled. Look at its name and at the "
                f"network. {error}"
            ) from None

    def build(
        self, context: Path, tag: str, labels: Sequence[str], arguments: Dict[str, str]
    ) -> None:
        """
        Build an image of a folder with a Dockerfile, from images that are here.

        Raises:
            BuildError: It can't be.
        """
        options = [text for item in arguments.items() for text in ("--build-arg", "=".join(item))]
        try:
            self.run(
                *("build", "--quiet", "--pull=false", "--tag", tag, *labels),
                *options,
                str(context),
                seconds=900,
            )
        except ContainerError as error:
            raise BuildError(f"the image {tag} cannot be built: {error}") from None

    def output(self, container: str) -> str:
        """
        Return all that a container has printed so far.
        """
        done = subprocess.run(
            [self.program, "logs", container],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
        )
        return done.stdout.decode(errors="replace")


def _programs() -> List[str]:
    chosen = os.environ.get("CONTAINER_ENGINE")
    names = [chosen] if chosen else _ENGINES
    programs = [program for program in map(shutil.which, names) if program]
    if programs:
        return programs
    if chosen:
        raise NoEngineError(
            f"CONTAINER_ENGINE={chosen} is no program on PATH. Unset or correct it."
        )
    raise NoEngineError("neither docker nor podman is on PATH. Install one of them.")
