"""Run the suite in a new process, and make a stand-in for func."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Tuple

from host_process import ROOT

FAKE_FUNC = Path(__file__).with_name("fake_func.py").read_text(encoding="utf-8")


def install_func(folder: Path, program: str) -> str:
    """
    Write a Python program as `func` into a folder, and return a PATH that begins with it.
    """
    file = folder / "func"
    # With `env -S`, the path of the interpreter may contain spaces.
    file.write_text(f'#!/usr/bin/env -S "{sys.executable}"\n{program}', encoding="utf-8")
    file.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


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
