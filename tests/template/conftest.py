"""A project made from this repository's commit, and the requirements of its tox."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

import pytest

ROOT = Path(__file__).parents[2]
NAME, PACKAGE = "audit-extension", "audit_extension"
ANSWERS = [f"--data=name={NAME}", "--data=author=Ada Lovelace", "--defaults", "--quiet"]
_IDENTITY = {
    f"GIT_{role}_{field}": value
    for role in ("AUTHOR", "COMMITTER")
    for field, value in (("NAME", "test"), ("EMAIL", "test@localhost"))
}
Tox = Callable[..., str]


def run(*command: object, **options: Any) -> str:
    """Return the output of a command that must succeed, with both streams together."""
    done: subprocess.CompletedProcess[str] = subprocess.run(
        [str(argument) for argument in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env={**os.environ, **_IDENTITY, **options.pop("env", {})},
        **options,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def commit(folder: Path, subject: str) -> None:
    """Commit everything in a repository."""
    run("git", "add", "--all", cwd=folder)
    run("git", "commit", "--quiet", "--message", subject, cwd=folder)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the files of HEAD and the tag v0.1.0."""
    folder = tmp_path_factory.mktemp("template")
    run("git", "init", "--quiet", "--initial-branch=main", folder)
    run("git", "archive", f"--output={folder}.tar", "HEAD", cwd=ROOT)
    shutil.unpack_archive(f"{folder}.tar", str(folder), filter="tar")
    commit(folder, "The template")
    run("git", "tag", "v0.1.0", cwd=folder)
    return folder


@pytest.fixture(scope="session")
def made(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project made from the template, as a commit. Tests must not change it."""
    folder = tmp_path_factory.mktemp("made") / NAME
    run("copier", "copy", *ANSWERS, template, folder)
    run("git", "init", "--quiet", "--initial-branch=main", folder)
    commit(folder, "Start from the template")
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """A clone of the project that a test may change."""
    folder = tmp_path / NAME
    run("git", "clone", "--quiet", made, folder)
    return folder


@pytest.fixture(scope="session")
def tox(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Tox:
    """Run tox in a project, with this repository's package and host in place of PyPI's."""
    wheels = str(tmp_path_factory.mktemp("wheels"))
    for source in (template, template / "host"):
        run("uv", "build", "--quiet", "--wheel", f"--out-dir={wheels}", source)
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    own = Path(sys.executable).parent
    folders = [one for one in os.environ["PATH"].split(os.pathsep) if Path(one) != own]
    environment = {
        "PATH": os.pathsep.join(folders),
        "PIP_FIND_LINKS": " ".join(filter(None, [os.environ.get("PIP_FIND_LINKS"), wheels])),
        "UV_FIND_LINKS": ",".join(filter(None, [os.environ.get("UV_FIND_LINKS"), wheels])),
        # The rehearsal keeps wheels between runs, including these.
        "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache")),
        "PIP_CACHE_DIR": str(caches / "pip"),
        "UV_CACHE_DIR": str(caches / "uv"),
    }

    def tox(project: Path, *arguments: str) -> str:
        command = [sys.executable, "-m", "tox", "run", "--workdir", project / ".tox"]
        command += ["--skip-missing-interpreters", "false"]
        return run(*command, *arguments, cwd=project, env=environment)

    return tox
