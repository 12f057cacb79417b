"""The timer in apps that a test process loads one after another."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from functions_host.client import load_app
from host_apps import v1, write_app

HEAD = "from python_worker_extension_timer import TimerExtension, enable_extensions\n"
BODY = "def main(req):\n    return func.HttpResponse('hello')\n"
ENABLED = f"{HEAD}{{}}\n@enable_extensions\n{BODY}"


def answer(folder: Path, code: str, flag: str) -> str:
    folder.mkdir(exist_ok=True)
    settings = {"PYTHON_ENABLE_WORKER_EXTENSIONS": flag}
    with load_app(write_app(folder, v1("Hello", code), settings)) as app:
        assert app.problems == []
        text: str = app.client.get("/api/Hello").text
        return text


@pytest.mark.parametrize("flag", ["1", ""])
def test_each_app_is_timed_with_its_own_options(tmp_path: Path, flag: str) -> None:
    configured = ENABLED.format("TimerExtension.configure(append_to_http_response=True)")
    not_configured = ENABLED.format("")
    apps = [configured, not_configured, configured, configured]

    answers = [answer(tmp_path / str(index), app, flag) for index, app in enumerate(apps)]

    assert ["TimeElapsed" in text for text in answers] == [True, False, True, True]


@pytest.mark.skipif(
    sys.version_info[:2] == (3, 9), reason="on 3.9 the worker calls hooks without the app setting"
)
def test_each_app_that_is_not_timed_warns(tmp_path: Path) -> None:
    code = f"{HEAD}TimerExtension.configure()\n{BODY}"

    with pytest.warns(RuntimeWarning, match="is configured and never called") as warned:
        answers = [answer(tmp_path / name, code, "") for name in "ABA"]

    assert answers == ["hello"] * 3
    assert len(warned) == 3
