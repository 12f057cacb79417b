"""The image that tests of containers start from, and what runs in it."""

from __future__ import annotations

from typing import Callable

from integration.hosts.container.host import ContainerHost

PYTHON_IMAGE = "docker.io/library/python:3.12-slim-bookworm"

# What an app of theirs would serve, here with nothing but the standard library.
SERVE = """
import http.server, os, urllib.parse

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print("asked for", self.path, flush=True)
        if self.path == "/api/exit":
            os._exit(9)
        self.send_response(STATUS)
        self.end_headers()
        self.wfile.write(repr((dict(os.environ), os.listdir("/home/site/wwwroot"))).encode())

    def log_message(self, *arguments):
        pass

where = urllib.parse.urlsplit(os.environ.get("ASPNETCORE_URLS", "http://0.0.0.0:80"))
http.server.HTTPServer((where.hostname, where.port), Handler).serve_forever()
"""
Start = Callable[..., ContainerHost]
