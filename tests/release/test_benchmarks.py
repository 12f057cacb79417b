"""What readme.md says of the benchmarks is what their last run has measured."""

from __future__ import annotations

import json
import re

from benchmarks import table
from release.rehearsal.workflow import ROOT

RESULTS = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
README = (ROOT / "readme.md").read_text(encoding="utf-8")


def ratio(kind: str) -> str:
    return f"{RESULTS['hooks']['TimerExtension'][kind]['ratio']['median']:.2f}"


def test_readme_quotes_the_last_run() -> None:
    (quoted,) = re.findall(
        r"took (\S+) times as long as by the tutorial's algorithm with logging off,\n"
        r"and (\S+) times with logging on, where .*; importing the package took (\S+) ms",
        README,
    )

    imported = RESULTS["imports"]["python-worker-extension-timer"]["median"]
    assert quoted == (ratio("sync, logging off"), ratio("sync, logging on"), f"{imported:.1f}")


def test_page_of_the_benchmarks_is_of_the_same_run() -> None:
    page = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")

    assert page == table.inserted(page, table.markdown(RESULTS))
