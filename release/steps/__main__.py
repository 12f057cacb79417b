"""
Run a step of the workflows.

    python -m release.steps STEP [ARGUMENT...]
"""

import argparse
import importlib
import sys

from release.steps.step import run_step

STEPS = (
    *("build", "contents", "fetch", "github_release", "index", "on_main"),
    *("plan", "reproduce", "smoke", "tag", "version"),
)


def main() -> int:
    """Run the function `main()` of the module that has the name of the step."""
    parser = argparse.ArgumentParser(prog="release.steps", description=__doc__)
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    return run_step(importlib.import_module(f"release.steps.{given.step}").main, given.arguments)


if __name__ == "__main__":
    sys.exit(main())
