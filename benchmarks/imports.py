"""The duration of each import after `azure.functions`, in a fresh process."""

from __future__ import annotations

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
# A worker has imported these before any app.
_PROGRAM = """\
import asyncio, json, logging, sys, threading, azure.functions, time
started = time.perf_counter()
import {module}
print((time.perf_counter() - started) * 1000)
"""


def measure(rounds: int) -> Dict[str, List[float]]:
    """Return the duration of each import in ms, one value per round."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    took: Dict[str, List[float]] = {name: [] for name in MODULES}
    # The first round writes compiled files, as an installer does.
    for number in range(rounds + 1):
        for name, module in MODULES.items():
            printed = subprocess.check_output(
                [sys.executable, "-c", _PROGRAM.format(module=module)],
                stderr=subprocess.DEVNULL,
                env=environment,
            )
            if number:
                took[name].append(float(printed.split()[-1]))
    return took
