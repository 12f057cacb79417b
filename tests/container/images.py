"""The image and the program of containers in tests."""

from __future__ import annotations

from typing import Callable

from integration.hosts.container.host import ContainerHost

PYTHON_IMAGE = "docker.io/library/python:3.12-slim-bookworm"

# A server that needs only the standard library. It answers with its environment and files.
SERVE = """
import http.server, os, time, urllib.parse

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print("asked for", self.path, flush=True)
        if self.path == "/api/exit":
            os._exit(9)
        if self.path == "/api/hang":
            time.sleep(600)
        self.send_response(STATUS)
        self.end_headers()
        self.wfile.write(repr((dict(os.environ), os.listdir("/home/site/wwwroot"))).encode())

    def log_message(self, *arguments):
        pass

where = urllib.parse.urlsplit(os.environ.get("ASPNETCORE_URLS", "http://0.0.0.0:80"))
http.server.HTTPServer((where.hostname, where.port), Handler).serve_forever()
"""
SERVES = SERVE.replace("STATUS", "200")
NEVER_SERVES = "import time; print('so slow'); time.sleep(600)"
StartContainer = Callable[..., ContainerHost]
