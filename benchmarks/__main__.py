"""
All benchmarks in one run: a table for a person, and a JSON file beside it.

    tox -e bench                # minutes; writes results.json and the tables of README.md
    tox -e bench -- --quick     # the same with few rounds, and nothing written

What is printed are medians, with the middle half of the rounds behind them. No figure is a limit.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any, Dict, List

from benchmarks import table
from benchmarks.candidates import CANDIDATES
from benchmarks.memory import SHOWN

HERE = Path(__file__).parent


def run(module: str, *arguments: object) -> Any:
    """Run one benchmark in a process of its own, and return what it has measured."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)]
    done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise SystemExit(f"error: {' '.join(command)} failed; its output is above.")
    return json.loads(done.stdout.splitlines()[-1])


def measure(quick: bool) -> Dict[str, Any]:
    """Run every benchmark, one after the other."""
    hooks: Dict[str, Any] = {}
    for name in CANDIDATES:
        print(f"measuring {name}", file=sys.stderr)
        hooks[name] = run("hooks", name, 3 if quick else 41)
    print("measuring imports, memory and hosts", file=sys.stderr)
    return {
        "machine": f"{platform.machine()}, {_cores()} cores, Python {platform.python_version()}",
        "date": date.today().isoformat(),
        "command": "tox -e bench" + (" -- --quick" if quick else ""),
        "hooks": hooks,
        "imports": run("imports", 3 if quick else 15),
        "memory": {name: run("memory", name, 20_000 if quick else 1_000_000) for name in SHOWN},
        "serving": run("serving", 1 if quick else 7, 400 if quick else 2000),
    }


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def main(arguments: List[str]) -> None:
    """Measure, print, and keep the result unless it was a quick one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args(arguments).quick
    results = table.summarised(measure(quick))
    text = table.markdown(results)
    print(text)
    if quick:
        print("\nSo few rounds show that it runs, and are no result.")
    else:
        (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        readme = HERE / "README.md"
        page = table.inserted(readme.read_text(encoding="utf-8"), text)
        readme.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
