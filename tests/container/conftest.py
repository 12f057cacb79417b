"""A real engine, small images that misbehave on purpose, and a wheel that needs no network."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Iterator

import pytest
from container_images import PYTHON_IMAGE, Start

from integration.hosts.container.engine import Engine
from integration.hosts.container.host import ContainerHost
from integration.hosts.container.owned import Owned


@pytest.fixture(scope="session")
def engine() -> Engine:
    engine = Engine()
    engine.need(PYTHON_IMAGE)
    return engine


@pytest.fixture(scope="session")
def owned(engine: Engine) -> Iterator[Owned]:
    with Owned(engine) as owned:
        yield owned


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the timer's name, with nothing in it."""
    info = "python_worker_extension_timer-0.dist-info"
    path = tmp_path_factory.mktemp("dist") / "python_worker_extension_timer-0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        name = "Name: python-worker-extension-timer\nVersion: 0\n"
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\n{name}")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture(scope="session")
def image(owned: Owned, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An image that runs `program.py` of the app."""
    context = tmp_path_factory.mktemp("image")
    command = '["python3", "-u", "/home/site/wwwroot/program.py"]'
    (context / "Dockerfile").write_text(f"FROM {PYTHON_IMAGE}\nCMD {command}\n")
    name = f"localhost/runs-a-program:{owned.id}"
    owned.build(context, name, {})
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
def host(owned: Owned, image: str, app: Path, wheel: Path, tmp_path: Path) -> Iterator[Start]:
    """Make a host whose container runs a program, each on the same image."""
    hosts: list[ContainerHost] = []
    has_served: dict[str, bool] = {}

    def host(program: str, ready_within: float = 20) -> ContainerHost:
        (app / "program.py").write_text(program)
        folder = tmp_path / f"host-{len(hosts)}"
        folder.mkdir()
        hosts.append(
            ContainerHost(owned, app, folder, image, wheel, (3, 12), ready_within, has_served)
        )
        return hosts[-1]

    yield host
    for started in hosts:
        started.stop()
