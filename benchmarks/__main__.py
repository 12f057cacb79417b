"""
All benchmarks in one run: tables for a person, and a JSON file.

    tox -e bench                # minutes; writes results.json and the tables of README.md
    tox -e bench -- --quick     # few rounds; writes nothing

The figures are medians, with the range of the middle half of the rounds. They are measurements, not
limits that a run must meet.
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
from typing import Any, Dict

from benchmarks import table
from benchmarks.candidates import CANDIDATES
from benchmarks.memory import SHOWN

HERE = Path(__file__).parent
# Libraries may print, so only the result goes to the real standard output.
_PROGRAM = """\
import importlib, json, sys
output, sys.stdout = sys.stdout, sys.stderr
module, *arguments = json.loads(sys.argv[1])
result = importlib.import_module("benchmarks." + module).measure(*arguments)
print(json.dumps(result), file=output, flush=True)
"""


def measure(module: str, *arguments: object) -> Any:
    """Call `measure()` of a module in a new process, and return the result."""
    print("measuring", module, *arguments, file=sys.stderr)
    command = [sys.executable, "-c", _PROGRAM, json.dumps([module, *arguments])]
    done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise SystemExit(f"error: the benchmark {module} {arguments} failed. Its output is above.")
    return json.loads(done.stdout.splitlines()[-1])


def measure_all(quick: bool) -> Dict[str, Any]:
    """Run every benchmark, one after the other."""
    cores = len(os.sched_getaffinity(0))
    return {
        "machine": f"{platform.machine()}, {cores} cores, Python {platform.python_version()}",
        "date": date.today().isoformat(),
        "command": "tox -e bench" + (" -- --quick" if quick else ""),
        "hooks": {name: measure("hooks", name, 3 if quick else 41) for name in CANDIDATES},
        "imports": measure("imports", 3 if quick else 15),
        "memory": {name: measure("memory", name, 20_000 if quick else 1_000_000) for name in SHOWN},
        "serving": measure("serving", 1 if quick else 9, 400 if quick else 3000),
    }


def main() -> None:
    """Measure and print; without `--quick`, also write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    results = table.summarise(measure_all(quick))
    text = table.format_results(results)
    print(text)
    if quick:
        print("\nWith so few rounds, the figures only show that the benchmarks run.")
        return
    readme = HERE / "README.md"
    page = table.insert(readme.read_text(encoding="utf-8"), text)
    readme.write_text(page, encoding="utf-8")
    (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
