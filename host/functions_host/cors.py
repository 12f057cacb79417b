"""
Cross-origin requests, as Core Tools allow them.

`func start` puts ASP.NET Core's CORS middleware in front of the host (Startup.cs, 4.14), with any
method and any header allowed.
"""

from __future__ import annotations

from typing import NamedTuple, Optional, Tuple

from werkzeug.wrappers import Response

from .asgi import Request


class Cors(NamedTuple):
    """The origins that may call the app from a browser; `("*",)` stands for all."""

    origins: Tuple[str, ...]
    allow_credentials: bool

    def answer_preflight(self, request: Request) -> Optional[Response]:
        """Return the answer to a preflight request, None for any other request."""
        if request.method != "OPTIONS" or "origin" not in request.headers:
            return None
        method = request.headers.get("access-control-request-method")
        if method is None:
            return None
        response = Response(status=204)
        if self._allows(request):
            names = request.headers.get("access-control-request-headers", "").split(",")
            allowed = ",".join(filter(None, map(str.strip, names)))
            if allowed:
                response.headers["Access-Control-Allow-Headers"] = allowed
            response.headers["Access-Control-Allow-Methods"] = method
        return response

    def add_headers(self, request: Request, response: Response) -> None:
        """Allow the request's origin to read the response, in place of the app's own headers."""
        if not self._allows(request):
            return
        any_origin = self.origins == ("*",)
        origin = "*" if any_origin else request.headers["origin"]
        response.headers["Access-Control-Allow-Origin"] = origin
        if self.allow_credentials:
            response.headers["Access-Control-Allow-Credentials"] = "true"
        if len(self.origins) > 1:
            response.headers.add("Vary", "Origin")

    def _allows(self, request: Request) -> bool:
        origin = request.headers.get("origin")
        return bool(origin) and (self.origins == ("*",) or origin in self.origins)
