"""
An Azure Functions host in Python, for tests and demos.

It is not Microsoft's.

The command line is in `__main__.py`, the in-process client in `client.py`. The project's readme
lists the deliberate differences from Microsoft's host.
"""
