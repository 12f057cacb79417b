"""The loggers of this process. An app configures them as if the process had no other app."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, NamedTuple, Sequence


class _State(NamedTuple):
    propagate: bool = True
    disabled: bool = False
    handlers: Sequence[logging.Handler] = ()
    filters: Sequence[Any] = ()


@contextmanager
def restored_loggers() -> Iterator[None]:
    """
    Restore all loggers, but not their levels, at the end.

    Close the handlers that were added.

    Tests set levels, too, and pytest restores them, before or after the end of this block. A new
    logger gets the defaults, and keeps the null handlers that libraries add.
    """
    before = {logger: _read_state(logger) for logger in _find_loggers()}
    handlers = [handler for state in before.values() for handler in state.handlers]
    try:
        yield
    finally:
        for logger in _find_loggers():
            added = [handler for handler in logger.handlers if handler not in handlers]
            nulls = [handler for handler in added if isinstance(handler, logging.NullHandler)]
            if logger not in before:
                logger.setLevel(logging.NOTSET)
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
