"""
Stand-in for the test suites of one Python, which take minutes. One fault test runs the real suites,
on one Python.

    python fake_tests.py PACKAGE...

Imitates: the tests run on the wheels, not on a checkout, with the Python that the job asks for.
This file also runs on Python 3.7.
"""

import importlib
import os
import sys

for package in map(importlib.import_module, sys.argv[1:]):
    assert "site-packages" in str(package.__file__)
assert os.environ["TOX_ENV_NAME"] == "py{}{}".format(*sys.version_info)
