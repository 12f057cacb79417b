"""Signal handlers of an app that is imported outside the main thread."""

from __future__ import annotations

import signal
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from queue import SimpleQueue
from typing import Any, Callable, Dict, Iterator, Optional, Tuple, TypeVar

_Result = TypeVar("_Result")
_NAMES = ("set_wakeup_fd", "siginterrupt", "signal")


class _Calls:
    """Calls that wait for the main thread, in order. None ends the queue."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[Optional[Tuple[Future[Any], Callable[[], Any]]]] = SimpleQueue()
        self._is_open = True

    def call(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a function on the main thread, or here if the main thread no longer runs calls."""
        if not self._is_open or is_main_thread():
            return function(*args, **kwargs)
        future: Future[Any] = Future()
        self._calls.put((future, partial(function, *args, **kwargs)))
        return future.result()

    def run(self) -> None:
        for future, call in iter(self._calls.get, None):
            try:
                future.set_result(call())
            except Exception as error:
                future.set_exception(error)
        self._is_open = False

    def end(self) -> None:
        self._calls.put(None)


def is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def run_with_signals(start: Callable[[], Future[_Result]]) -> _Result:
    """
    Return the result of the future that `start` returns, for an import on another thread.

    A worker imports its app on the main thread, the only one that can set signal handlers. If this
    is the main thread, it sets the app's signal handlers while it waits.
    """
    if not is_main_thread():
        return start().result()
    # The command line does not need this import, which would slow down its start.
    from unittest.mock import patch

    calls = _Calls()
    names = [name for name in _NAMES if hasattr(signal, name)]
    forwarded: Dict[str, Any] = {name: partial(calls.call, getattr(signal, name)) for name in names}
    with patch.multiple(signal, **forwarded):
        loading = start()
        loading.add_done_callback(lambda _: calls.end())
        calls.run()
    return loading.result()


@contextmanager
def restored_signals() -> Iterator[None]:
    """Restore the handlers of signals at the end, if this is the main thread."""
    handlers = {number: signal.getsignal(number) for number in signal.Signals}
    try:
        yield
    finally:
        changed = [n for n, handler in handlers.items() if signal.getsignal(n) is not handler]
        for number in changed if is_main_thread() else ():
            signal.signal(number, handlers[number])
