"""
Show the product: a function app with the timer, called over HTTP.

Starts the embedded host with the sample app `samples/v2`, sends it a GET, and prints what
the host says and what comes back. Exits with 0 only if both tell the same elapsed time.
"""

from __future__ import annotations

import re
import subprocess
import sys
from http.client import HTTPResponse
from pathlib import Path
from urllib.request import urlopen

_ROOT = Path(__file__).resolve().parents[1]
_HOST = [sys.executable, "-m", "functions_host", "samples/v2", "--port", "0", "--stop-at-eof"]
_READY = re.compile(r"Ready on (\S+)\.")
_LOGGED = re.compile(r"Time taken to execute HttpTrigger is (\d+\.\d+) sec")
_APPENDED = re.compile(r"Hello, Ada\. \(TimeElapsed: (\d+\.\d+) sec\)")


def main() -> int:
    print("$", " ".join(["python", *_HOST[1:]]))
    pipe = subprocess.PIPE
    host = subprocess.Popen(
        _HOST, cwd=str(_ROOT), stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True
    )
    try:
        address = _wait_until_ready(host)
        if address is None:
            return _failed("The host did not start; its last line above says why.")
        response, body = _get(f"{address}/api/HttpTrigger?name=Ada")
    finally:
        host.terminate()
        log = host.communicate(timeout=30)[0]
    print("\nThe host meanwhile:\n\n" + log)
    return _judge(response, body, log)


def _wait_until_ready(host: subprocess.Popen[str]) -> str | None:
    assert host.stdout
    for line in host.stdout:
        print(line, end="")
        ready = _READY.match(line)
        if ready:
            return ready.group(1)
    return None


def _get(url: str) -> tuple[HTTPResponse, str]:
    print(f"\n$ curl -i '{url}'")
    with urlopen(url, timeout=30) as response:
        body: str = response.read().decode()
        _show(response, body)
    return response, body


def _show(response: HTTPResponse, body: str) -> None:
    print(f"HTTP/1.1 {response.status} {response.reason}")
    for name, value in response.headers.items():
        print(f"{name}: {value}")
    print(f"\n{body}")


def _judge(response: HTTPResponse, body: str, log: str) -> int:
    if response.status != 200 or response.headers["Content-Type"] != "text/plain; charset=utf-8":
        return _failed("The status or the content type is not that of the sample app.")
    appended, logged = _APPENDED.fullmatch(body), _LOGGED.findall(log)
    if appended and logged == [appended.group(1)]:
        print(f"OK: {logged[0]} sec, in the response and in the log.")
        return 0
    return _failed("The response and the log do not tell the same elapsed time.")


def _failed(why: str) -> int:
    print(f"error: {why}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
