"""
Show the product: a function app with the timer, called over HTTP.

Starts the embedded host with the sample app `samples/v2`, sends it a GET, and prints the output of
the host and the response. Exits with 0 only if both show the same elapsed time.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

_ROOT = Path(__file__).resolve().parents[1]
_HOST = [sys.executable, "-m", "functions_host", "samples/v2", "--port", "0", "--stop-at-eof"]
_READY = re.compile(r"Ready on (\S+)\.")
_LOGGED = re.compile(r"Time taken to execute HttpTrigger is (\d+\.\d+) sec")
_APPENDED = re.compile(r"\n\nHello, Ada\. \(TimeElapsed: (\d+\.\d+) sec\)$")


def main() -> int:
    print("$", " ".join(["python", *_HOST[1:]]))
    pipe = subprocess.PIPE
    host = subprocess.Popen(
        _HOST, cwd=str(_ROOT), stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True
    )
    try:
        address = _wait_until_ready(host)
        if address is None:
            return _fail("The host did not start. Its last line above has the reason.")
        response = _get(f"{address}/api/HttpTrigger?name=Ada")
    finally:
        host.terminate()
        log = host.communicate(timeout=30)[0]
    print(f"\nOutput of the host:\n\n{log}")
    appended, logged = _APPENDED.findall(response), _LOGGED.findall(log)
    if len(logged) == 1 and appended == logged:
        print(f"OK: {logged[0]} sec, in the response and in the log.")
        return 0
    return _fail("The response and the log do not have the same elapsed time.")


def _wait_until_ready(host: subprocess.Popen[str]) -> str | None:
    assert host.stdout
    for line in host.stdout:
        print(line, end="")
        ready = _READY.match(line)
        if ready:
            return ready.group(1)
    return None


def _get(url: str) -> str:
    print(f"\n$ curl -i '{url}'")
    with urlopen(url, timeout=30) as response:
        head = "".join(f"{name}: {value}\n" for name, value in response.headers.items())
        shown = f"HTTP/1.1 {response.status} {response.reason}\n{head}\n{response.read().decode()}"
    print(shown)
    return shown


def _fail(reason: str) -> int:
    print(f"error: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
