"""Values of input bindings other than the trigger, from files that the user provides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Dict, Optional

from azure.functions.meta import Datum

from .definitions import Binding, Function
from .errors import HostError


def read_inputs(folder: Optional[Path], function: Function) -> Dict[str, Datum]:
    """
    Return the values of a function's inputs, from `FOLDER/FUNCTION/BINDING.json` or `.txt`.

    Raises:
        HostError: An input does not have a readable file, or only Microsoft's host can provide its
            value.
    """
    inputs = [binding for binding in function.bindings if binding.direction == "in"]
    for binding in filter(lambda binding: binding.is_deferred, inputs):
        raise HostError(
            f"Parameter {binding.name} ({binding.type}) of function {function.name} has a type of "
            "an SDK extension, and only Microsoft's host has its value. Run the app with func "
            "start or in the container."
        )
    return {
        binding.name: _read_input(folder, function.name, binding)
        for binding in inputs
        if not binding.is_trigger
    }


def _read_input(folder: Optional[Path], function: str, binding: Binding) -> Datum:
    subject = f"Function {function} has an input binding {binding.name} ({binding.type})"
    if binding.type.lower() in ("durableclient", "orchestrationclient"):
        raise HostError(
            f"{subject}, which needs the Durable Functions extension of Microsoft's host. "
            "Run the app with func start or in the container."
        )
    if folder is None:
        raise HostError(
            f"{subject}, and this host reads the values of inputs from files. Pass --inputs FOLDER,"
            f" and write the value to FOLDER/{function}/{binding.name}.json or .txt."
        )
    for suffix in (".json", ".txt"):
        file = folder / function / f"{binding.name}{suffix}"
        if file.is_file():
            return _read_file(file, binding)
    raise HostError(f"{subject}. Write its value to {file.with_suffix('.json')} or .txt.")


def _read_file(file: Path, binding: Binding) -> Datum:
    try:
        content = file.read_bytes()
        if str(binding.settings.get("dataType")).lower() in ("binary", "stream"):
            return Datum(content, "bytes")
        text = content.decode("utf-8-sig")
        if file.suffix == ".json":
            json.loads(text)
        return Datum(text, "string")
    except UnicodeDecodeError:
        raise HostError(
            f'{file} is not text in UTF-8. Save it so, or give the binding "dataType": "binary".'
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise HostError(f"{file} cannot be read: {error}. Correct it.") from None
