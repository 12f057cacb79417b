"""F5 in VS Code: send its configurations to the debugger as VS Code does, and hit a breakpoint."""

from __future__ import annotations

import json
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Iterator, Tuple
from urllib.request import urlopen

import pytest
from harness.debugger import Debugger
from host_process import ROOT

GREETING = re.compile(r"Hello, \{.*name.*\}")


@pytest.fixture
def debugger() -> Iterator[Debugger]:
    debugger = Debugger()
    yield debugger
    debugger.close()


@pytest.fixture(params=["this repository", "another folder"])
def launch(request: pytest.FixtureRequest, tmp_path: Path) -> Tuple[Any, Path]:
    """Return a configuration, and the file of its app."""
    if request.param == "this repository":
        text = (ROOT / ".vscode" / "launch.json").read_text(encoding="utf-8")
        folder, app = ROOT, ROOT / "samples" / "v2"
    else:
        page = (ROOT / "host" / "readme.md").read_text(encoding="utf-8")
        text = page.partition("```json\n")[2].partition("```")[0]
        folder = app = tmp_path / "app"
        shutil.copytree(str(ROOT / "host" / "example"), str(app))
    first = json.loads(text.replace("${workspaceFolder}", str(folder)))["configurations"][0]
    return first, app / "function_app.py"


def test_breakpoint_in_a_function_is_hit(debugger: Debugger, launch: Tuple[Any, Path]) -> None:
    configuration, file = launch
    lines = file.read_text(encoding="utf-8").splitlines()
    (line,) = [number for number, text in enumerate(lines, 1) if GREETING.search(text)]
    debugger.ask("initialize", adapterID="debugpy", pathFormat="path")

    start(debugger, configuration, file, line)
    address = debugger.wait_for_output(r"\n  (?:hello|HttpTrigger) .* (http://\S+)\n")
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(ask, f"{address}?name=Ada")
        stopped = debugger.wait_for_event("stopped")
        name = evaluate(debugger, stopped["threadId"], "req.params['name']")
        debugger.ask("continue", threadId=stopped["threadId"])

        assert stopped["reason"] == "breakpoint"
        assert name == "'Ada'"
        assert asking.result().startswith("Hello, Ada.")


def start(debugger: Debugger, configuration: Any, file: Path, line: int) -> None:
    """Start the program with a free port, and let this process read its output."""
    arguments = [*configuration["args"], "--port", "0"]
    own = {"args": arguments, "console": "internalConsole", "python": [sys.executable]}
    debugger.send("launch", **{**configuration, **own})
    debugger.wait_for_event("initialized")
    debugger.ask("setBreakpoints", source={"path": str(file)}, breakpoints=[{"line": line}])
    debugger.ask("configurationDone")


def evaluate(debugger: Debugger, thread: int, expression: str) -> str:
    frame = debugger.ask("stackTrace", threadId=thread)["stackFrames"][0]["id"]
    result: str = debugger.ask("evaluate", expression=expression, frameId=frame)["result"]
    return result


def ask(address: str) -> str:
    with urlopen(address) as response:
        text: str = response.read().decode()
        return text
