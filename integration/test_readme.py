"""The code, options and commands that the readme and the docs show."""

from __future__ import annotations

import inspect
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import List, Tuple

import azure.functions as func
import pytest
from python_worker_extension_timer import TimerExtension

ROOT = Path(__file__).parents[1]
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [ROOT / "readme.md", ROOT / "host" / "readme.md", *sorted(ROOT.glob("docs/*.md"))]
}
README = PAGES["readme.md"]
BLOCK = re.compile(
    r"^<!-- (?P<mark>\S+) -->\n```python\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)
BLOCKS: List[Tuple[str, str]] = [block for page in PAGES.values() for block in BLOCK.findall(page)]


@pytest.mark.parametrize("page", PAGES)
def test_every_python_block_is_quoted_or_run(page: str) -> None:
    assert len(BLOCK.findall(PAGES[page])) == PAGES[page].count("```python\n")


@pytest.mark.parametrize(("path", "code"), [block for block in BLOCKS if block[0] != "run"])
def test_quoted_code_is_the_file(path: str, code: str) -> None:
    assert code == (ROOT / path).read_text(encoding="utf-8")


GREETING = r"Hello, Ada\. \(TimeElapsed: \d+\.\d{6} sec\)"
PRINTED = {
    "import logging": "",
    "from python_worker_extension_timer import Invocation, TimerExtension": "",
    "from pathlib import Path": GREETING + r"\n",
    "from python_worker_extension_timer import timed": "",
    "from azure.functions import AppExtensionBase": "",
}


@pytest.mark.parametrize("code", [code for mark, code in BLOCKS if mark == "run"])
def test_code_runs_and_prints_what_it_shows(
    code: str,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Other hosts than the embedded host run the suite without this package, and without this test.
    from functions_host.client import empty_registry

    monkeypatch.chdir(ROOT)
    # The code may set these options; the test restores them.
    monkeypatch.setattr(TimerExtension, "_options", None)
    caplog.set_level(logging.INFO, "python_worker_extension_timer")

    with empty_registry():
        exec(code, {"__name__": "example"})

    assert re.fullmatch(PRINTED[code.splitlines()[0]], capsys.readouterr().out)


def test_option_table_is_the_signature_of_configure() -> None:
    table = re.findall(r"^\| `(\w+)` \|.*\| `(.*)` \|$", README, re.MULTILINE)

    options = inspect.signature(TimerExtension.configure).parameters.values()
    assert table == [
        (option.name, repr(option.default))
        for option in options
        if option.kind is option.KEYWORD_ONLY
    ]


def test_first_commands_run_demo_and_tests() -> None:
    block = README.partition("```sh\n")[2].partition("```")[0]

    see, test = block.splitlines()
    assert see.endswith(".venv/bin/tox -q -e demo")
    assert test.endswith(".venv/bin/tox -p auto")


@pytest.fixture(scope="module")
def demo() -> str:
    """Return the output of the demo."""
    if not hasattr(func, "FunctionApp"):
        pytest.skip("the demo is of a v2 app")
    done = subprocess.run(
        [sys.executable, str(ROOT / "integration" / "demo.py")], capture_output=True, timeout=60
    )
    printed = done.stdout.decode()
    assert done.returncode == 0, printed
    return printed


def test_demo_shows_one_time_twice(demo: str) -> None:
    assert "\nHTTP/1.1 200 OK\n" in demo
    (appended,) = re.findall(r"\nHello, Ada\. \(TimeElapsed: (\S+) sec\)\n", demo)
    (logged,) = re.findall(r"Time taken to execute HttpTrigger is (\S+) sec\n", demo)
    assert demo.endswith(f"OK: {appended} sec, in the response and in the log.\n")
    assert appended == logged


def hide_values(line: str) -> str:
    """Replace numbers, which depend on the run."""
    return re.sub(r" *[\d.:]*\d", " N", line)


@pytest.mark.skipif(sys.version_info[:2] != (3, 12), reason="the excerpt is of Python 3.12")
def test_host_prints_what_its_readme_shows(demo: str) -> None:
    page = PAGES["host/readme.md"]
    excerpt = page.partition("\n```\nFunctions host")[2].partition("\n```\n")[0]

    printed = set(map(hide_values, demo.splitlines()))
    shown = [hide_values(line) for line in f"Functions host{excerpt}".splitlines()]
    assert len(shown) > 1
    assert [line for line in shown if line not in printed] == []
