"""The requests that are being answered, so that a host that stops leaves none without an answer."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from typing import Any, Iterator, Set

from werkzeug.exceptions import ServiceUnavailable

_GRACE = 1.0


class InFlight:
    """
    Requests from when they are read to when their response is written.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._requests = 0
        self._invocations: Set[Future[Any]] = set()
        self._is_stopping = False

    @contextmanager
    def request(self) -> Iterator[None]:
        """
        Count a request for as long as its response is made and written.
        """
        with self._changed:
            self._requests += 1
        try:
            yield
        finally:
            with self._changed:
                self._requests -= 1
                self._changed.notify_all()

    def result(self, invocation: Future[Any]) -> Any:
        """
        Wait for an invocation, and return its result.

        Raises:
            ServiceUnavailable: The host stops, and waits no longer.
        """
        with self._changed:
            if self._is_stopping:
                invocation.cancel()
            self._invocations.add(invocation)
        try:
            return invocation.result()
        except CancelledError:
            raise ServiceUnavailable from None
        finally:
            with self._changed:
                self._invocations.discard(invocation)

    def finish(self) -> None:
        """
        Wait until every request has its response; the slow ones get a 503 after a second.
        """
        with self._changed:
            self._is_stopping = True
            self._changed.wait_for(self._is_idle, _GRACE)
            for invocation in self._invocations:
                invocation.cancel()
            self._changed.wait_for(self._is_idle, _GRACE)

    def _is_idle(self) -> bool:
        return self._requests == 0
