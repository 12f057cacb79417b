"""The threads that run the sync functions of an app."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from functools import partial
from queue import SimpleQueue
from typing import Any, Callable, Deque, List, Optional, Tuple

_Call = Tuple["asyncio.Future[Any]", Callable[[], Any]]


class ThreadPool:
    """
    Run a loop's calls in threads, and notify the loop once about all calls that ended meanwhile.

    An executor of the standard library is slower: it starts a thread for nearly every call, until
    there are all of them, and wakes the loop for each.
    """

    def __init__(self, size: int) -> None:
        self._size, self._running = size, 0
        self._threads: List[threading.Thread] = []
        # A call wakes one thread. If there are more calls, that thread wakes another.
        self._calls: SimpleQueue[Optional[_Call]] = SimpleQueue()
        self._ended: Deque[Tuple[asyncio.Future[Any], Any]] = deque()
        self._is_told = False

    async def run(self, function: Callable[..., Any], *args: Any) -> Any:
        """Return the result of a function that must not raise."""
        future = asyncio.get_running_loop().create_future()
        self._running += 1
        if len(self._threads) < min(self._running, self._size):
            self._start_thread()
        self._calls.put((future, partial(function, *args)))
        return await future

    def close(self) -> None:
        """Stop the threads, once their calls have ended."""
        for _ in self._threads:
            self._calls.put(None)
        for thread in self._threads:
            thread.join()

    def _start_thread(self) -> None:
        # The thread's name in Microsoft's worker.
        name = f"ThreadPoolExecutor-0_{len(self._threads)}"
        self._threads.append(threading.Thread(target=self._work, name=name, daemon=True))
        self._threads[-1].start()

    def _work(self) -> None:
        for future, call in iter(self._calls.get, None):
            self._ended.append((future, call()))
            if not self._is_told:
                self._is_told = True
                future.get_loop().call_soon_threadsafe(self._finish)

    def _finish(self) -> None:
        # Do this first, so that a call that ends after this line notifies the loop again.
        self._is_told = False
        while self._ended:
            future, result = self._ended.popleft()
            self._running -= 1
            if not future.done():
                future.set_result(result)
