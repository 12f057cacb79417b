"""Runs of the suite in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Tuple

from host_process import ROOT


def run_suite(*arguments: str, **variables: str) -> Tuple[int, str]:
    """
    Run pytest with arguments and extra variables; return the exit code and the output.
    """
    inherited = {k: v for k, v in os.environ.items() if k != "TOX_PACKAGE"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=str(ROOT),
        env={**inherited, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
    )
    return done.returncode, done.stdout.decode()
