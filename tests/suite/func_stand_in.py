"""
STAND-IN for Azure Functions Core Tools: `func start --port N` that is the embedded host.

It shows that the driver starts the `func` on PATH, where and as that expects to be started; nothing
about Microsoft's.
"""

import os
import sys

sys.path.append(os.environ["ROOT_OF_STAND_IN"])

from functions_host.__main__ import main
from functions_host.shutdown import exit_process

if __name__ == "__main__":
    start, port, number = sys.argv[1:]
    assert (start, port) == ("start", "--port"), sys.argv
    assert os.environ["languageWorkers:python:defaultExecutablePath"] == sys.executable
    sys.stderr.write("STAND-IN for func: the embedded host\n")
    exit_process(main([".", "--port", number]))
