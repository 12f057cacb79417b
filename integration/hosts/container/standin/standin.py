"""
What runs in the stand-in of the official image: the embedded host, where and as that image does.

It listens as `ASPNETCORE_URLS` says and serves `AzureWebJobsScriptRoot`. It knows no keys, and
prints in its own format; it shows nothing about Microsoft's host.
"""

from __future__ import annotations

import os
import sys
from urllib.parse import urlsplit


def main() -> None:
    """Become the embedded host."""
    sys.stderr.write(
        "STAND-IN for mcr.microsoft.com/azure-functions/python: the embedded host of "
        "python-worker-extension-timer.\n"
    )
    sys.stderr.flush()
    # ASP.NET's + is every address.
    where = urlsplit(os.environ["ASPNETCORE_URLS"].replace("+", "0.0.0.0"))
    command = [sys.executable, "-m", "functions_host", os.environ["AzureWebJobsScriptRoot"]]
    command += ["--host", str(where.hostname), "--port", str(where.port or 80)]
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main()
