"""Containers that work and containers that misbehave, with a real engine."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen
from uuid import uuid4

import pytest
from container.images import NEVER_SERVES, PYTHON_IMAGE, SERVE, SERVES, StartContainer

from integration.catalog import ROOT
from integration.hosts.container.cleanup import SuiteRun
from integration.hosts.container.engine import ContainerError, Engine
from integration.hosts.container.fake_image.build import build_fake_image
from integration.hosts.container.host import OFFICIAL_PLATFORM, ContainerHost
from integration.hosts.protocol import HostError, Options

PORT = "int(__import__('os').environ['ASPNETCORE_URLS'].rpartition(':')[2])"
HANGS = f"import socket, time; s = socket.create_server(('', {PORT})); time.sleep(600)"


def list_containers(run: SuiteRun) -> list[str]:
    return run.engine.list_lines(
        "ps", "--all", "--quiet", "--filter", f"label={run.container_label}"
    )


def list_images(run: SuiteRun) -> list[str]:
    return run.engine.list_lines("images", "--quiet", "--filter", f"label={run.image_label}")


def test_app_gets_settings_without_their_file(container: StartContainer) -> None:
    address = container(SERVES).start()

    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
    with urlopen(f"{address}/api/HttpTrigger", timeout=5) as response:
        environment, files = ast.literal_eval(response.read().decode())
    assert environment["A"] == "b c"
    assert environment["AzureWebJobsSecretStorageType"] == "files"
    assert sorted(files) == ["host.json", "program.py", "requirements.txt"]


def test_output_is_complete(container: StartContainer) -> None:
    host = container(SERVES)
    address = host.start()

    before = host.output().count("asked for")
    for number in range(20):
        urlopen(f"{address}/api/{number}", timeout=5).close()

    assert host.output().count("asked for") == before + 20


def test_container_that_ends_is_reported_with_log(container: StartContainer, run: SuiteRun) -> None:
    host = container("import sys; print('no sugar'); print('no tea', file=sys.stderr); sys.exit(3)")

    with pytest.raises(HostError) as raised:
        host.start()

    message = str(raised.value)
    assert "ended with exit code 3 before it served its app. Its log:\n" in message
    assert "no sugar" in message
    assert "no tea" in message
    assert list_containers(run) == []


@pytest.mark.parametrize(
    ("program", "problem"),
    [
        pytest.param(NEVER_SERVES, "no connection", id="does not listen"),
        pytest.param(f"print('so slow'); {HANGS}", "no answer", id="does not answer"),
        pytest.param(
            "print('so slow')" + SERVE.replace("STATUS", "503"), "answered by 503", id="starting"
        ),
        pytest.param(
            "print('so slow')" + SERVE.replace("STATUS", "404"), "answered by 404", id="no function"
        ),
    ],
)
def test_container_that_never_serves_is_reported_with_log(
    container: StartContainer, run: SuiteRun, program: str, problem: str
) -> None:
    host = container(program, ready_within=1)

    with pytest.raises(HostError) as raised:
        host.start()

    message = str(raised.value)
    assert "did not serve its app in 1 s: GET http://127.0.0.1:" in message
    assert problem in message
    assert "so slow" in message
    assert list_containers(run) == []


def test_container_that_a_person_removed_is_ignored(
    container: StartContainer, run: SuiteRun
) -> None:
    host = container(SERVES)
    host.start()
    for started in list_containers(run):
        run.engine.run("kill", started)
        run.engine.run("rm", started)

    host.stop()


def test_image_that_cannot_be_pulled_is_named(
    run: SuiteRun, app: Path, wheel: Path, tmp_path: Path
) -> None:
    options = Options(image="localhost:9/not-there:1", wheel=str(wheel))

    with pytest.raises(ContainerError, match="localhost:9/not-there:1"):
        ContainerHost(app, tmp_path, options, run, OFFICIAL_PLATFORM).start()


def test_image_of_a_platform_is_built_and_run(
    run: SuiteRun, image: str, app: Path, wheel: Path, tmp_path: Path
) -> None:
    (app / "program.py").write_text(SERVES)
    show = ("image", "inspect", "--format", "{{.Os}}/{{.Architecture}}")
    platform = ("--platform", run.engine.run(*show, image))
    options = Options(image=image, wheel=str(wheel), ready_within=20)
    host = ContainerHost(app, tmp_path, options, run, platform)

    assert host.start()

    host.stop()


def test_missing_requirement_is_reported_by_pip(container: StartContainer, app: Path) -> None:
    (app / "requirements.txt").write_text("python-worker-extension-timer >= 7\n")

    with pytest.raises(ContainerError, match=r"python-worker-extension-timer"):
        container(SERVES).start()


def test_stand_in_names_itself_first(run: SuiteRun, tmp_path: Path) -> None:
    image = build_fake_image(run, "3.12", tmp_path)

    with pytest.raises(ContainerError) as raised:
        run.create_container("run", image)

    lines = str(raised.value).partition(":\n")[2].splitlines()
    assert lines[0].startswith(
        "STAND-IN for mcr.microsoft.com/azure-functions/python: the embedded"
    )
    assert lines[1].startswith("error: /home/site/wwwroot is not a folder.")


def test_stand_in_belongs_to_one_run(engine: Engine, run: SuiteRun, tmp_path: Path) -> None:
    image = build_fake_image(run, "3.12", tmp_path / "ours")

    with SuiteRun(engine) as other:
        build_fake_image(other, "3.12", tmp_path / "theirs")

    engine.run("image", "inspect", image)


def test_run_leaves_nothing_behind(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {PYTHON_IMAGE}\nENV A=1\nENV B={uuid4()}\n")
    images = engine.list_lines("images", "--quiet", "--filter", "dangling=true")
    with SuiteRun(engine) as run:
        image = f"localhost/gone:{run.id}"
        run.build(tmp_path, image)
        run.create_container("create", image)
        assert [len(list_containers(run)), len(list_images(run))] == [1, 1]

    assert [list_containers(run), list_images(run)] == [[], []]
    assert engine.list_lines("images", "--quiet", "--filter", "dangling=true") == images


def test_container_that_dies_fails_test_with_log(
    tmp_path: Path, wheel: Path, run: SuiteRun
) -> None:
    (tmp_path / "program.py").write_text(SERVES.replace("/api/exit", "/api/HttpTrigger?name=Ada"))
    (tmp_path / "Dockerfile").write_text(
        f'FROM {PYTHON_IMAGE}\nCOPY program.py /\nCMD ["python3", "-u", "/program.py"]\n'
    )
    image = f"localhost/dies:{run.id}"
    run.build(tmp_path, image)

    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    command += ["integration/test_samples.py", "-k", "greeting_has and v2"]
    command += ["--functions-host=container", f"--image={image}", "--host-python=3.12"]
    done = subprocess.run(
        [*command, f"--wheel={wheel}"], cwd=ROOT, capture_output=True, text=True, timeout=120
    )

    assert done.returncode == 1
    assert "asked for /api/HttpTrigger?name=Ada" in done.stdout
