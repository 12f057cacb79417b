"""The apps, the code and the options in readme.md are the real ones."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import List, Tuple

import azure.functions as func
import pytest
from python_worker_extension_timer import TimerExtension

ROOT = Path(__file__).parents[1]
README = (ROOT / "readme.md").read_text(encoding="utf-8")
BLOCK = re.compile(
    r"^<!-- (?P<mark>\S+) -->\n```python\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)
BLOCKS: List[Tuple[str, str]] = BLOCK.findall(README)


def run(code: str) -> str:
    # Isolated, so that the package is the installed one and not the checkout's.
    program = f"import sys; sys.path.append({str(ROOT)!r})\n{code}"
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], cwd=str(ROOT), capture_output=True, check=True
    )
    return done.stdout.decode()


def test_every_python_block_is_quoted_or_run() -> None:
    assert len(BLOCKS) == README.count("```python\n")


@pytest.mark.parametrize("path", [mark for mark, _ in BLOCKS if mark != "run"])
def test_quoted_app_is_the_real_one(path: str) -> None:
    (code,) = (code for mark, code in BLOCKS if mark == path)

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
def test_code_runs_and_prints_expected_text(code: str) -> None:
    assert re.fullmatch(PRINTED[code.splitlines()[0]], run(code))


def test_options_match_signature_of_configure() -> None:
    table = re.findall(r"^\| `(\w+)` \|.*\| `(.*)` \|$", README, re.MULTILINE)

    options = inspect.signature(TimerExtension.configure).parameters.values()
    assert table == [
        (option.name, repr(option.default))
        for option in options
        if option.kind is option.KEYWORD_ONLY
    ]


def test_first_commands_show_demo_and_run_tests() -> None:
    block = README.partition("```sh\n")[2].partition("```")[0]

    see, test = block.splitlines()
    assert see.endswith(".venv/bin/tox -q -e demo")
    assert test.endswith(".venv/bin/tox -p auto")


@pytest.mark.skipif(not hasattr(func, "FunctionApp"), reason="the demo is of a v2 app")
def test_demo_prints_elapsed_time() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "integration" / "demo.py")], capture_output=True, timeout=60
    )

    printed = done.stdout.decode()
    assert "\nHTTP/1.1 200 OK\n" in printed
    assert done.returncode == 0, printed
    (appended,) = re.findall(r"\nHello, Ada\. \(TimeElapsed: (\S+) sec\)\n", printed)
    (logged,) = re.findall(r"Time taken to execute HttpTrigger is (\S+) sec\n", printed)
    assert printed.endswith(f"OK: {appended} sec, in the response and in the log.\n")
    assert appended == logged
