"""
Stand-in for the test suites of one Python, which take minutes.

One fault test runs the real suites, on one Python.

    python fake_tests.py PACKAGE...

It checks, as the suites do, that the installed wheels are tested and not a checkout, and that the
Python is the Python of the job. This file also runs on Python 3.7.
"""

import importlib
import os
import sys

for package in map(importlib.import_module, sys.argv[1:]):
    assert "site-packages" in str(package.__file__)
assert os.environ["TOX_ENV_NAME"] == "py{}{}".format(*sys.version_info)
