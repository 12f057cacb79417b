"""What is being answered, so that a host that stops answers all that it has accepted."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError, Future
from typing import Any, Set

from werkzeug.exceptions import ServiceUnavailable

_GRACE = 1.0


class InFlight:
    """
    Connections from when they are accepted to when their response is written.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._connections = 0
        self._invocations: Set[Future[Any]] = set()
        self._is_stopping = False
        self._may_answer = threading.Event()
        self._may_answer.set()

    def begin(self) -> None:
        """
        Count a connection, until it has its response.
        """
        with self._changed:
            self._connections += 1

    def end(self) -> None:
        """
        Count a connection no more.
        """
        with self._changed:
            self._connections -= 1
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

    def hold(self) -> None:
        """
        Hold all responses back, and let invocations that come from now on be a 503.

        Who waits for a response does not connect again while the host still listens.
        """
        with self._changed:
            self._is_stopping = True
            self._may_answer.clear()

    def release(self) -> None:
        """
        Let the responses go, once nobody can connect.
        """
        self._may_answer.set()

    def wait_until_released(self) -> None:
        """
        Wait, if responses are held back.
        """
        self._may_answer.wait()

    def finish(self) -> None:
        """
        Wait until every connection has its response; the slow ones get a 503 after a second.
        """
        self._may_answer.wait()
        with self._changed:
            self._changed.wait_for(self._is_idle, _GRACE)
            for invocation in self._invocations:
                invocation.cancel()
            self._changed.wait_for(self._is_idle, _GRACE)

    def _is_idle(self) -> bool:
        return self._connections == 0
