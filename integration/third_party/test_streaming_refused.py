"""Up to Python 3.12, the embedded host refuses an HTTP streaming app."""

import sys

import pytest
from functions_host.client import load_app
from functions_host.errors import HostError

from integration.catalog import APPS


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="HTTP streaming apps run on this Python")
def test_refusal_names_the_pythons_that_can_stream() -> None:
    needed = "HTTP streaming needs Python 3.13 or newer on this host"

    with pytest.raises(HostError, match=needed), load_app(APPS["streaming"]):
        pass
