"""
What the tests of one Python are in a rehearsal: the suites take minutes, and `tox` runs them.

A leg must test the wheel and not a checkout, with the Python it is named after. Runs on Python 3.7.
"""

import os
import sys

import python_worker_extension_timer

assert "site-packages" in python_worker_extension_timer.__file__
assert os.environ["TOX_ENV_NAME"] == "py{}{}".format(*sys.version_info)
