"""The figures in readme.md and benchmarks/README.md are those of the last run."""

from __future__ import annotations

import json
import re
from pathlib import Path

from benchmarks import table

ROOT = Path(__file__).parents[2]
RESULTS = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
README = (ROOT / "readme.md").read_text(encoding="utf-8")


def ratio(kind: str) -> str:
    return f"{RESULTS['hooks']['TimerExtension'][kind]['ratio']['median']:.2f}"


def test_readme_quotes_last_run() -> None:
    (quoted,) = re.findall(
        r"took (\S+) times as long as by the tutorial's algorithm with logging off,\n"
        r"and (\S+) times with logging on, where .*; importing the package took (\S+) ms",
        README,
    )

    imported = RESULTS["imports"]["python-worker-extension-timer"]["median"]
    assert quoted == (ratio("sync, logging off"), ratio("sync, logging on"), f"{imported:.1f}")


def test_page_has_tables_of_last_run() -> None:
    page = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")

    assert page == table.insert(page, table.format_results(RESULTS))
