"""The readme's table of timed invocations, row by row, on both models."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest
from host_apps import needs_v2, v1, v2
from host_fixtures import LoadFiles
from recording import BODY, TIMER

Row = Tuple[str, ...]

README = (Path(__file__).parents[1] / "readme.md").read_text(encoding="utf-8")
ROWS: List[Row] = re.findall(
    r"^\| (.+?) \| (yes|no) \| (yes|no) \| (yes|no) \| (yes|no) \|$", README, re.MULTILINE
)

ON = {"PYTHON_ENABLE_WORKER_EXTENSIONS": "1"}
OFF = {"PYTHON_ENABLE_WORKER_EXTENSIONS": "0"}

# The app setting, whether the app is enabled, and whether the function is `timed`.
MEANINGS: Dict[str, Tuple[Dict[str, str], bool, bool]] = {
    "`enable_extensions`": ({}, True, False),
    "`enable_extensions`, with the app setting `1`": (ON, True, False),
    "`enable_extensions`, with the app setting `0`": (OFF, True, False),
    "only the app setting `1`": (ON, False, False),
    "only `timed`": ({}, False, True),
}


def app_of(row: str, model: str) -> Dict[str, str]:
    _, enabled, is_timed = MEANINGS[row]
    timed = "@timed\n" * is_timed
    if model == "v1":
        return v1(
            "hello",
            f"{TIMER}\nconfigure()\n{'@enable_extensions' * enabled}\n{timed}def main(req):{BODY}",
        )
    enable = "enable_extensions(app)" * enabled
    return v2(f"{TIMER}\nconfigure()\n{enable}\n@app.route()\n{timed}def hello(req):{BODY}")


def test_every_row_has_a_meaning() -> None:
    assert sorted(row[0] for row in ROWS) == sorted(MEANINGS)


@pytest.mark.parametrize("model", ["v1", pytest.param("v2", marks=needs_v2)])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_row_is_true(load_files: LoadFiles, row: Row, model: str) -> None:
    what, *promised = row
    app = load_files(app_of(what, model), values=MEANINGS[what][0])
    module: Any = sys.modules["__app__.hello" if model == "v1" else "function_app"]
    seen = []

    for query in ("", "?boom=1"):
        app.client.get(f"/api/hello{query}")
        seen.append("yes" if module.reported else "no")
        del module.reported[:]

    assert seen == (promised[:2] if sys.version_info < (3, 13) else promised[2:])
