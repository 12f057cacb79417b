"""
How long an import takes after `azure.functions`, in a fresh process.

    python -m benchmarks.imports 15        # prints JSON
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Dict, List

MODULES = {
    "python-worker-extension-timer": "python_worker_extension_timer",
    "azure-functions-logging": "azure_functions_logging",
    "opencensus-extension": "opencensus.extension.azure.functions",
    "elastic-apm": "elasticapm.contrib.serverless.azure",
    "Dynatrace wrap_handler": "dynatrace.opentelemetry.azure.functions",
    "ddtrace": "ddtrace.trace",
}
_NOT_COMPILED = "PYTHONDONTWRITEBYTECODE"
# A worker has imported these before any app.
_TIMED = """\
import asyncio, json, logging, sys, threading, azure.functions, time
started = time.perf_counter()
import {module}
print((time.perf_counter() - started) * 1000)
"""


def compiling() -> Dict[str, str]:
    """Return the environment of a process that leaves compiled files, as an installer does."""
    return {name: value for name, value in os.environ.items() if name != _NOT_COMPILED}


def milliseconds(rounds: int) -> Dict[str, List[float]]:
    """Return the time of each import in ms, a value for each round; the first is left out."""
    took: Dict[str, List[float]] = {name: [] for name in MODULES}
    for number in range(rounds + 1):
        for name, module in MODULES.items():
            command = [sys.executable, "-c", _TIMED.format(module=module)]
            done = subprocess.run(
                command,
                check=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=compiling(),
            )
            if number:
                took[name].append(float(done.stdout.split()[-1]))
    return took


if __name__ == "__main__":
    print(json.dumps(milliseconds(int(sys.argv[1]))))
