"""Extensions that record the calls of their hooks, but not during the function `Events`."""

import json
import threading
from pathlib import Path

from azure.functions import AppExtensionBase, FuncExtensionBase

_events = []


def record(event):
    _events.append(event)


def take_events():
    events, _events[:] = list(_events), []
    return json.dumps(events)


def _thread():
    return "main" if threading.current_thread() is threading.main_thread() else "pool"


class FirstApp(AppExtensionBase):
    @classmethod
    def pre_invocation_app_level(cls, logger, context, func_args, *args, **kwargs):
        context.arguments_seen_first = func_args
        if context.function_name != "Events":
            record(f"first app pre, {_thread()} thread")

    @classmethod
    def post_invocation_app_level(cls, logger, context, func_args, func_ret, *args, **kwargs):
        if context.function_name != "Events":
            same = "same" if context.arguments_seen_first is func_args else "other"
            record(f"first app post, {same} arguments {sorted(func_args)}")

    @classmethod
    def invocation_failed_app_level(cls, logger, context, func_args, error, *args, **kwargs):
        record(f"first app failed, {error!r}, arguments {sorted(func_args)}")


class SecondApp(AppExtensionBase):
    @classmethod
    def pre_invocation_app_level(cls, logger, context, func_args, *args, **kwargs):
        if context.function_name != "Events":
            record("second app pre")
            raise ValueError("a hook that fails")

    @classmethod
    def post_invocation_app_level(cls, logger, context, func_args, func_ret, *args, **kwargs):
        if context.function_name != "Events":
            record(f"second app post, returned {type(func_ret).__name__}")


class OfFunction(FuncExtensionBase):
    """A function-level extension of the function whose folder creates it."""

    def __init__(self, file_path, name):
        super().__init__(file_path)
        self._name = name

    def post_function_load(self, function_name, function_directory, *args, **kwargs):
        record(f"{self._name} load {function_name} in {Path(function_directory).name}")

    def pre_invocation(self, logger, context, func_args, *args, **kwargs):
        record(f"{self._name} pre")

    def post_invocation(self, logger, context, func_args, func_ret, *args, **kwargs):
        record(f"{self._name} post")

    def invocation_failed(self, logger, context, func_args, error, *args, **kwargs):
        record(f"{self._name} failed, {error!r}")
