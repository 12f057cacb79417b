"""
Run a program that ends when the tests end, even if they are killed.

    python -m integration.hosts.supervisor PROGRAM [ARGUMENT…]     with a pipe as standard input

This process leads the program's process group, and kills the group when its standard input ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    """Run the program on the command line, and return its exit code."""
    # SIGTERM goes to the whole group. Ignore it here: this process must outlive the program.
    signal.signal(signal.SIGTERM, lambda number, frame: None)
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=_kill_at_end_of_input, args=(process,), daemon=True).start()
    return process.wait()


def _kill_at_end_of_input(process: subprocess.Popen[bytes]) -> None:
    while os.read(0, 4096):
        pass
    if hasattr(os, "killpg"):
        os.killpg(os.getpgrp(), signal.SIGKILL)
    process.kill()


if __name__ == "__main__":
    sys.exit(main())
