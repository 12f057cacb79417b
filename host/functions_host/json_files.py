"""JSON files as .NET reads them, with comments and trailing commas. Scalars become text."""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from pathlib import Path
from typing import Any, Dict, Match

from .errors import HostError

_COMMENT = r"//[^\r\n]*|/\*(?:[^*]|\*(?!/))*\*/"
_STRING_OR_EXTRA = re.compile(
    rf'("(?:[^"\\]|\\.)*")|{_COMMENT}|,(?=(?:\s|{_COMMENT})*[}}\]])', re.DOTALL
)


def read_json(path: Path) -> Dict[str, Any]:
    """Return the object in a JSON file."""
    try:
        text = _STRING_OR_EXTRA.sub(_blank_extra, path.read_text(encoding="utf-8-sig"))
        # Newtonsoft accepts line breaks in strings, too.
        value = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        problem = f"{error.msg}, at column {error.colno}. Correct it."
        invalid = HostError(f"{path}:{error.lineno} is not valid JSON: {problem}")
        raise invalid.locate(path, error.lineno) from None
    except (OSError, ValueError, RecursionError) as error:
        raise HostError(f"{path} is not valid JSON: {error}. Correct it.") from None
    if not isinstance(value, dict):
        raise HostError(f"{path} is not a JSON object. Put its settings between {{ and }}.")
    return value


def _blank_extra(match: Match[str]) -> str:
    # The text keeps its length, so that errors name the right line and column.
    return match[0] if match[1] else re.sub(r"[^\r\n]", " ", match[0])


def format_scalar(value: Any) -> str:
    """Return a JSON value other than an object or array as .NET converts it to text."""
    if value is None:
        return ""
    if not isinstance(value, float):
        # .NET writes True and False.
        return str(value)
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return _format_float(Decimal(repr(value)))


def _format_float(number: Decimal) -> str:
    exponent = number.adjusted()
    if number == 0 or -5 < exponent < 15:
        text = f"{number:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    sign, digits, _ = number.as_tuple()
    text = "".join(map(str, digits)).rstrip("0")
    mantissa = f"{text[0]}.{text[1:]}" if len(text) > 1 else text
    return f"{'-' if sign else ''}{mantissa}E{exponent:+03d}"
