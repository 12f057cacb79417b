"""The first commands of the host's readme work in an empty folder, with the built wheel."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, List, Tuple

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "host" / "readme.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("\n## Try it\n")[2].partition("\n## ")[0]
FILES: List[Tuple[str, str]] = re.findall(
    r"<!-- \S+/(\S+) -->\n```python\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL
)
# Each command of the page, with the output below it.
COMMANDS: List[Tuple[str, str]] = re.findall(
    r"^```console\n\$ (.*)\n((?:.*\n)*?)```$", SECTION, re.MULTILINE
)


@pytest.fixture
def environment(dist: Path, tmp_path: Path) -> Dict[str, str]:
    """Return the variables of a new virtual environment in which pip installs the built wheel."""
    # Not the module venv: a distribution's Python may lack pip.
    command = [sys.executable, "-m", "uv", "venv", "-q", "--seed", "--no-project"]
    subprocess.run([*command, str(tmp_path / "venv")], check=True)
    (wheel,) = dist.glob("azure_functions_embedded_host-*.whl")
    constraint = tmp_path / "constraint.txt"
    constraint.write_text(f"azure-functions-embedded-host @ {wheel.resolve().as_uri()}\n")
    path = f"{tmp_path / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PIP_CONSTRAINT": str(constraint)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the files of the page and a free port in the app's settings."""
    folder = tmp_path / "app"
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings = {"IsEncrypted": False, "Host": {"LocalHttpPort": listener.getsockname()[1]}}
    (folder / "local.settings.json").write_text(json.dumps(settings))
    for name, text in FILES:
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(command: str, folder: Path, environment: Dict[str, str]) -> str:
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@contextmanager
def serving(command: str, folder: Path, environment: Dict[str, str]) -> Iterator[str]:
    """Yield the address of a host. At the end, SIGINT must stop it with code 0."""
    # With exec, the process is the host itself, not a shell around it.
    with subprocess.Popen(
        f"exec {command}",
        shell=True,
        cwd=folder,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr
            lines = [""]
            while not lines[-1].startswith("Ready on "):
                lines.append(process.stderr.readline())
                assert lines[-1], "".join(lines)
            yield lines[-1].split()[2].rstrip(".")
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
        finally:
            process.kill()


def test_commands_of_the_page_work(environment: Dict[str, str], folder: Path) -> None:
    (install, _), (serve, _), (call, answer), (test, _) = COMMANDS

    run(install, folder, environment)
    with serving(serve, folder, environment) as address:
        printed = run(call.replace("http://127.0.0.1:7071", address), folder, environment)
    tested = run(test, folder, environment)

    assert f"{printed}\n" == answer
    assert re.search(r"\b4 passed\b", tested), tested
