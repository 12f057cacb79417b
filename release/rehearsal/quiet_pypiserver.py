"""pypiserver, imported without the warning that it causes."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    # pypiserver 2.4.2 carries a bottle that imports cgi, where Python still has it.
    warnings.simplefilter("ignore", DeprecationWarning)
    import pypiserver
    from pypiserver.bottle_wrapper import BaseRequest

__all__ = ["BaseRequest", "pypiserver"]
