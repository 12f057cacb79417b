"""The loggers of this process. An app configures them as if the process had no other app."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Sequence


class _State(NamedTuple):
    propagate: bool = True
    disabled: bool = False
    handlers: Sequence[logging.Handler] = ()
    filters: Sequence[Any] = ()


@contextmanager
def restored_loggers() -> Iterator[Callable[[], None]]:
    """
    Restore all loggers at the end, and close the handlers that were added.

    A new logger gets the defaults, and keeps the null handlers that libraries add.

    Yields:
        A function to call after the import of the app. The levels that the app has set by then are
        restored, unless they change again: a test may set levels, and pytest restores those.
    """
    before = {logger: _read_state(logger) for logger in _find_loggers()}
    levels = {logger: logger.level for logger in before}
    of_app: Dict[logging.Logger, int] = {}
    handlers = [handler for state in before.values() for handler in state.handlers]

    def note_levels() -> None:
        of_app.update({one: one.level for one, level in levels.items() if one.level != level})

    try:
        yield note_levels
    finally:
        for logger in _find_loggers():
            added = [handler for handler in logger.handlers if handler not in handlers]
            nulls = [handler for handler in added if isinstance(handler, logging.NullHandler)]
            if logger not in before or of_app.get(logger) == logger.level:
                logger.setLevel(levels.get(logger, logging.NOTSET))
            _write_state(logger, before.get(logger, _State(handlers=nulls)))
            for handler in added:
                handler.close()


def _find_loggers() -> List[logging.Logger]:
    known: Dict[str, Any] = logging.root.manager.loggerDict
    return [logging.root, *(one for one in list(known.values()) if isinstance(one, logging.Logger))]


def _read_state(logger: logging.Logger) -> _State:
    handlers, filters = list(logger.handlers), list(logger.filters)
    return _State(logger.propagate, logger.disabled, handlers, filters)


def _write_state(logger: logging.Logger, state: _State) -> None:
    logger.propagate, logger.disabled = state.propagate, state.disabled
    logger.handlers[:], logger.filters[:] = state.handlers, state.filters
