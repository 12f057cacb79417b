"""The threads that run the sync functions of an app."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from functools import partial
from queue import SimpleQueue
from typing import Any, Callable, Deque, List, Tuple

_Call = Tuple["asyncio.Future[Any]", Callable[[], Any]]


class ThreadPool:
    """
    Run a loop's calls in threads.

    Each call uses the thread that became idle last.

    An executor of the standard library is slower: it starts a thread for nearly every call until it
    has all threads, then uses them in turn.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._threads: List[Tuple[threading.Thread, SimpleQueue[Any]]] = []
        self._idle: List[SimpleQueue[Any]] = []
        self._waiting: Deque[_Call] = deque()

    async def run(self, function: Callable[..., Any], *args: Any) -> Any:
        """Return the result of a function that must not raise."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((future, partial(function, *args)))
        if self._idle:
            self._assign(self._idle.pop())
        elif len(self._threads) < self._size:
            self._assign(self._start_thread())
        return await future

    def close(self) -> None:
        """Stop the threads, once their calls have ended."""
        for _, calls in self._threads:
            calls.put(None)
        for thread, _ in self._threads:
            thread.join()

    def _start_thread(self) -> SimpleQueue[Any]:
        calls: SimpleQueue[Any] = SimpleQueue()
        # The thread's name in Microsoft's worker.
        name = f"ThreadPoolExecutor-0_{len(self._threads)}"
        thread = threading.Thread(target=self._work, args=(calls,), name=name, daemon=True)
        self._threads.append((thread, calls))
        thread.start()
        return calls

    def _assign(self, calls: SimpleQueue[Any]) -> None:
        if self._waiting:
            calls.put(self._waiting.popleft())
        else:
            self._idle.append(calls)

    def _work(self, calls: SimpleQueue[Any]) -> None:
        for future, call in iter(calls.get, None):
            result = call()
            future.get_loop().call_soon_threadsafe(self._finish, calls, future, result)

    def _finish(self, calls: SimpleQueue[Any], future: asyncio.Future[Any], result: Any) -> None:
        self._assign(calls)
        if not future.done():
            future.set_result(result)
