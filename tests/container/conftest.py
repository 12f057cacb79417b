"""A real engine, an image that runs a program of the test, and a wheel without dependencies."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Iterator

import pytest
from container.images import PYTHON_IMAGE, StartContainer

from integration.hosts.container.cleanup import SuiteRun
from integration.hosts.container.engine import Engine
from integration.hosts.container.host import ContainerHost
from integration.hosts.protocol import Options


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="session")
def run(engine: Engine) -> Iterator[SuiteRun]:
    with SuiteRun(engine) as run:
        yield run


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty wheel with the name of the timer."""
    info = "python_worker_extension_timer-0.dist-info"
    path = tmp_path_factory.mktemp("dist") / "python_worker_extension_timer-0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        name = "Name: python-worker-extension-timer\nVersion: 0\n"
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\n{name}")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture(scope="session")
def image(run: SuiteRun, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An image that runs `program.py` of the app."""
    context = tmp_path_factory.mktemp("image")
    command = '["python3", "-u", "/home/site/wwwroot/program.py"]'
    (context / "Dockerfile").write_text(f"FROM {PYTHON_IMAGE}\nCMD {command}\n")
    name = f"localhost/runs-a-program:{run.id}"
    run.build(context, name)
    return name


@pytest.fixture
def app(tmp_path: Path) -> Path:
    app = tmp_path / "v2"
    app.mkdir()
    settings = {"IsEncrypted": False, "Values": {"FUNCTIONS_WORKER_RUNTIME": "python", "A": "b c"}}
    (app / "local.settings.json").write_text(json.dumps(settings))
    (app / "host.json").write_text('{"version": "2.0"}')
    (app / "requirements.txt").write_text("python-worker-extension-timer\n")
    return app


@pytest.fixture
def container(
    run: SuiteRun, image: str, app: Path, wheel: Path, tmp_path: Path
) -> Iterator[StartContainer]:
    """Make a host whose container runs a program. All hosts use the same image."""
    hosts: list[ContainerHost] = []

    def container(program: str, ready_within: float = 20) -> ContainerHost:
        (app / "program.py").write_text(program)
        folder = tmp_path / f"host-{len(hosts)}"
        folder.mkdir()
        options = Options(image=image, wheel=str(wheel), ready_within=ready_within)
        hosts.append(ContainerHost(app, folder, options, run))
        return hosts[-1]

    yield container
    for started in hosts:
        started.stop()
