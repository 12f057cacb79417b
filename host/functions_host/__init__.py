"""
An Azure Functions host in Python, for tests and demos. It is not Microsoft's.

    python -m functions_host samples/v2

It loads an app of either programming model, serves its HTTP functions, and runs functions as
Microsoft's worker of the running Python version does. On 3.7 to 3.12 it emulates worker 4.34, with
its calls of worker-extension hooks. On 3.13 and newer it has them run by Microsoft's own
`azure-functions-runtime` (v2) or `azure-functions-runtime-v1`, which call no hooks.
Tests that need no socket use `functions_host.client`.

Where it differs on purpose from `func start`:

- It refuses to start an app with a function in error; Microsoft's host serves the others.
- Requests need no keys, whatever a function's `authLevel` is, as under `func start`.
- Output bindings go nowhere; what a function sent is shown on the terminal. Input bindings other
  than the trigger are refused.
- `function.json`, `host.json` and `local.settings.json` are strict JSON.
- What an HTTP streaming app sends arrives in one piece; up to Python 3.12 such apps do not run.
- An exception that would end Microsoft's worker process (SystemExit in a function or hook) fails
  that invocation.
- An app has no module named `integration`: it is the one of this host.
- Log records from outside an invocation are shown, not dropped.
- The first CTRL+C, or SIGTERM, gives requests a second to finish, and answers the others with 503;
  the next one ends the process at once.
- A bare CR ends a header, as Python's standard library reads it; Kestrel refuses the request.
- The page at `/` lists the functions.
"""
