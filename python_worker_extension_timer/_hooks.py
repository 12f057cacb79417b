"""
Calling the hooks of all registered extensions, as Microsoft's worker 4.34 does (`extension.py`).

Same order, same arguments, same loggers; a hook's error is logged and goes no further. New is the
hook for a function that raised, which an extension may have or not:

    invocation_failed_app_level(logger, context, func_args, error, *args, **kwargs)
    invocation_failed(logger, context, func_args, error, *args, **kwargs)
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any, Callable, Dict, Iterator, Tuple

from azure.functions import ExtensionMeta

_WORKER = "azure_functions_worker"


def function_loaded(name: str, directory: str) -> None:
    """
    Run the load hooks: those of the function, then those of the app.
    """
    logger = logging.getLogger(_WORKER)
    for hooks, hook in (
        (ExtensionMeta.get_function_hooks(name), "post_function_load"),
        (ExtensionMeta.get_application_hooks(), "post_function_load_app_level"),
    ):
        for meta in getattr(hooks, hook, ()):
            _call(logger, meta.ext_impl, name, directory)


def before_invocation(context: Any, arguments: Dict[str, object]) -> None:
    """
    Run the hooks before a function: those of the app, then its own.
    """
    app_hooks, own_hooks = _hooks(context)
    _run(app_hooks, "pre_invocation_app_level", context, arguments)
    _run(own_hooks, "pre_invocation", context, arguments)


def after_invocation(context: Any, arguments: Dict[str, object], result: object) -> None:
    """
    Run the hooks after a function that returned: its own, then those of the app.
    """
    app_hooks, own_hooks = _hooks(context)
    _run(own_hooks, "post_invocation", context, arguments, result)
    _run(app_hooks, "post_invocation_app_level", context, arguments, result)


def invocation_failed(context: Any, arguments: Dict[str, object], error: BaseException) -> None:
    """
    Run the hooks after a function that raised: its own, then those of the app.
    """
    app_hooks, own_hooks = _hooks(context)
    for hooks, name in (
        (own_hooks, "invocation_failed"),
        (app_hooks, "invocation_failed_app_level"),
    ):
        for extension, extension_name in _extensions(hooks):
            hook = getattr(extension, name, None)
            if hook is not None:
                _tell(hook, _logger_of(extension_name), context, arguments, error)


def _hooks(context: Any) -> Tuple[Any, Any]:
    own_hooks = ExtensionMeta.get_function_hooks(context.function_name)
    return ExtensionMeta.get_application_hooks(), own_hooks


def _run(hooks: Any, hook: str, context: Any, *rest: object) -> None:
    for meta in getattr(hooks, hook, ()):
        logger = _logger_of(meta.ext_name)
        _call(logger, meta.ext_impl, logger, context, *rest)


def _call(logger: logging.Logger, hook: Callable[..., object], *arguments: object) -> None:
    try:
        hook(*arguments)
    except Exception as error:
        logger.exception(error)


def _tell(hook: Callable[..., object], logger: logging.Logger, *arguments: object) -> None:
    try:
        hook(logger, *arguments)
    # Whatever it raises must not take the place of what the function has raised.
    except BaseException as error:
        logger.exception(error)


def _extensions(hooks: Any) -> Iterator[Tuple[Any, str]]:
    # The registry has hooks, not extensions. A static hook does not know its extension, but the
    # others of the same place do, if only as inherited.
    for metas in zip(*hooks or ()):
        for meta in metas:
            extension = getattr(meta.ext_impl, "__self__", None)
            if extension is not None:
                yield extension, meta.ext_name
                break


@lru_cache(maxsize=None)
def _logger_of(name: str) -> logging.Logger:
    return logging.getLogger(f"{_WORKER}.extension.{name}")
