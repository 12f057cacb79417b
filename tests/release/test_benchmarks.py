"""The benchmarks' page shows the figures of the last run."""

import json
from pathlib import Path

from benchmarks import table

ROOT = Path(__file__).parents[2]
RESULTS = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))


def test_page_shows_the_last_run() -> None:
    page = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")

    assert page == table.insert(page, table.format_results(RESULTS))
