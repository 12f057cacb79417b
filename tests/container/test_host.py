"""The driver, with a real engine and containers that misbehave on purpose."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest
from container_images import PYTHON_IMAGE, SERVE, Start

from integration.hosts.container.engine import BuildError, ContainerError, Engine, ImageMissingError
from integration.hosts.container.host import (
    ContainerExitedError,
    ContainerHost,
    ContainerNotReadyError,
)
from integration.hosts.container.owned import Owned
from integration.hosts.container.standin.image import build_stand_in

ROOT = Path(__file__).parents[2]
HANGS = "import socket, time; s = socket.create_server(('127.0.0.1', PORT)); time.sleep(600)"
PORT = "int(__import__('os').environ['ASPNETCORE_URLS'].rpartition(':')[2])"


def containers_of(owned: Owned) -> list[str]:
    return owned.engine.lines(
        "ps", "--all", "--quiet", "--filter", f"label={owned.container_label}"
    )


def images_of(owned: Owned) -> list[str]:
    return owned.engine.lines("images", "--quiet", "--filter", f"label={owned.image_label}")


def test_app_is_served_with_its_settings_and_without_the_file_they_are_in(host: Start) -> None:
    running = host(SERVE.replace("STATUS", "200"))

    address = running.start()

    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
    with urlopen(f"{address}/api/HttpTrigger", timeout=5) as response:
        environment, files = ast.literal_eval(response.read().decode())
    assert environment["A"] == "b c"
    assert environment["AzureWebJobsSecretStorageType"] == "files"
    assert sorted(files) == ["host.json", "program.py", "requirements.txt"]


def test_all_that_was_printed_is_there_when_it_is_asked_for(host: Start) -> None:
    running = host(SERVE.replace("STATUS", "200"))
    address = running.start()

    before = running.output().count("asked for")
    for number in range(20):
        urlopen(f"{address}/api/{number}", timeout=5).close()

    assert running.output().count("asked for") == before + 20


def test_container_that_ends_at_start_is_reported_with_its_log(host: Start, owned: Owned) -> None:
    running = host("import sys; print('no sugar'); print('no tea', file=sys.stderr); sys.exit(3)")

    with pytest.raises(ContainerExitedError) as raised:
        running.start()

    message = str(raised.value)
    assert "ended with exit code 3 before it served. Its log:\n" in message
    assert "no sugar" in message
    assert "no tea" in message
    assert containers_of(owned) == []


@pytest.mark.parametrize(
    ("program", "what"),
    [
        pytest.param(
            "import time; print('so slow'); time.sleep(600)", "no connection", id="does not listen"
        ),
        pytest.param(
            f"print('so slow'); {HANGS.replace('PORT', PORT)}", "no answer", id="does not answer"
        ),
        pytest.param(
            "print('so slow')" + SERVE.replace("STATUS", "503"), "answered by 503", id="starting"
        ),
        pytest.param(
            "print('so slow')" + SERVE.replace("STATUS", "404"), "answered by 404", id="no function"
        ),
    ],
)
def test_container_that_never_serves_is_reported_with_its_log_in_time(
    host: Start, owned: Owned, program: str, what: str
) -> None:
    running = host(program, ready_within=1)

    with pytest.raises(ContainerNotReadyError) as raised:
        running.start()

    message = str(raised.value)
    assert "did not serve its app in 1 s: GET http://127.0.0.1:" in message
    assert what in message
    assert "so slow" in message
    assert containers_of(owned) == []


def test_stopped_container_is_removed_and_one_that_ignores_it_is_killed(
    host: Start, owned: Owned
) -> None:
    running = host(
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        + SERVE.replace("STATUS", "200")
    )
    running.start()
    started = time.monotonic()

    running.stop()

    assert containers_of(owned) == []
    assert time.monotonic() - started < 10


def test_container_that_a_person_has_removed_is_no_failure(host: Start, owned: Owned) -> None:
    running = host(SERVE.replace("STATUS", "200"))
    running.start()
    for container in containers_of(owned):
        owned.engine.run("kill", container)
        owned.engine.run("rm", container)

    running.stop()


def test_image_that_cannot_be_pulled_is_named(owned: Owned, app: Path, tmp_path: Path) -> None:
    image = "localhost:9/not-there:1"
    running = ContainerHost(owned, app, tmp_path, image, tmp_path, (3, 12), 5)

    with pytest.raises(
        ImageMissingError, match="localhost:9/not-there:1 is not on this machine and"
    ):
        running.start()


def test_app_whose_requirements_cannot_be_had_is_reported_by_pip(host: Start, app: Path) -> None:
    (app / "requirements.txt").write_text("python-worker-extension-timer >= 7\n")
    running = host(SERVE)

    with pytest.raises(BuildError, match=r"python-worker-extension-timer"):
        running.start()


def test_stand_in_says_what_it_is_before_anything_else(owned: Owned, tmp_path: Path) -> None:
    image = build_stand_in(owned, "3.12", tmp_path)

    with pytest.raises(ContainerError) as raised:
        owned.engine.run("run", *owned.container_options, "--pull=never", image)

    said = str(raised.value).partition(":\n")[2].splitlines()
    assert said[0].startswith("STAND-IN for mcr.microsoft.com/azure-functions/python: the embedded")
    assert said[1].startswith("error: /home/site/wwwroot is not a folder.")


def test_stand_in_of_another_run_is_another_image(
    engine: Engine, owned: Owned, tmp_path: Path
) -> None:
    image = build_stand_in(owned, "3.12", tmp_path / "ours")

    with Owned(engine, tmp_path / "owned") as other:
        build_stand_in(other, "3.12", tmp_path / "theirs")

    engine.run("image", "inspect", image)


def test_everything_of_a_run_is_gone_after_it(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {PYTHON_IMAGE}\n")
    with Owned(engine, tmp_path / "owned") as owned:
        image = f"localhost/gone:{owned.id}"
        owned.build(tmp_path, image, {})
        engine.run("create", *owned.container_options, image)
        assert [len(containers_of(owned)), len(images_of(owned))] == [1, 1]

    assert [containers_of(owned), images_of(owned)] == [[], []]


def test_container_that_dies_in_a_test_fails_it_at_once_with_its_log(
    tmp_path: Path, wheel: Path, owned: Owned
) -> None:
    (tmp_path / "program.py").write_text(
        SERVE.replace("STATUS", "200").replace("/api/exit", "/api/HttpTrigger?name=Ada")
    )
    (tmp_path / "Dockerfile").write_text(
        f'FROM {PYTHON_IMAGE}\nCOPY program.py /\nCMD ["python3", "-u", "/program.py"]\n'
    )
    image = f"localhost/dies:{owned.id}"
    owned.build(tmp_path, image, {})
    started = time.monotonic()

    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    command += ["integration/test_samples.py", "-k", "greeting_ends and v2"]
    command += ["--functions-host=container", f"--image={image}", "--host-python=3.12"]
    done = subprocess.run(
        [*command, f"--wheel={wheel}"], cwd=ROOT, capture_output=True, text=True, timeout=120
    )

    assert done.returncode == 1
    assert "asked for /api/HttpTrigger?name=Ada" in done.stdout
    assert time.monotonic() - started < 30
