"""The signatures that the worker accepts (docs/host-contract.md#19-signatures)."""

from __future__ import annotations

import sys
from typing import Callable, TypeVar

import pytest
from host_apps import HTTP, HTTP_OUT, v1
from host_fixtures import LoadFiles, Refuse

# An app, or the reasons to refuse it.
Loaded = TypeVar("Loaded")


def load_main(load_files: Callable[..., Loaded], main: str) -> Loaded:
    code = (
        f"from typing import Any, Optional, Union\n{main}\n    return func.HttpResponse('hello')\n"
    )
    queue = {"type": "queue", "direction": "out", "name": "queue", "queueName": "q"}
    bindings = [HTTP, HTTP_OUT, queue] if "queue" in main else [HTTP, HTTP_OUT]
    return load_files(v1("Hello", code, *bindings))


@pytest.mark.parametrize(
    "main",
    [
        "def main(req):",
        "async def main(req):",
        "def main(*, req):",
        "def main(req: func.HttpRequest) -> func.HttpResponse:",
        "def main(req: 'func.HttpRequest') -> 'func.HttpResponse':",
        "def main(req: func.HttpRequest) -> str:",
        "def main(req, context):",
        "def main(req, context: func.Context):",
        "def main(req, context: 'func.Context'):",
        "def main(req, queue):",
        "def main(req, queue: func.Out[str]):",
    ],
)
def test_valid_signature_loads(load_files: LoadFiles, main: str) -> None:
    app = load_main(load_files, main)

    assert app.problems == []
    assert app.client.get("/api/Hello").data == b"hello"


@pytest.mark.parametrize(
    ("main", "part"),
    [
        ("def main(request):", "has a parameter 'request' without a binding"),
        ("def main():", "has a binding 'req' without a parameter"),
        ("def main(req, more=1):", "has a parameter 'more' without a binding"),
        ("def main(req, *args):", "has a parameter 'args' without a binding"),
        ("def main(req, **kwargs):", "has a parameter 'kwargs' without a binding"),
        ("def main(req, ctx):", "has a parameter 'ctx' without a binding"),
        ("def main(req, context: str):", "annotates context as <class 'str'>"),
        ("def main(req, context: Optional[func.Context]):", "annotates context as "),
        ("def main(req: dict):", "annotates req as <class 'dict'>"),
        ("def main(req: Optional[func.HttpRequest]):", "annotates req as "),
        ("def main(req: Union[str, bytes]):", "Use a class."),
        ("def main(req: func.Out[str]):", "Its binding is an input"),
        ("def main(req, queue: func.Out):", "Its binding is an output"),
        ("def main(req, queue: func.Out[int]):", "type queue does not accept it"),
        ("def main(req, queue: str):", "Its binding is an output"),
        ("def main(req) -> None:", "annotates its return as <class 'NoneType'>"),
        ("def main(req) -> dict:", "annotates its return as <class 'dict'>"),
        ("def main(req) -> bytes:", "annotates its return as <class 'bytes'>"),
        ("def main(req) -> Optional[str]:", "annotates its return as "),
        ("def main(req) -> Union[str, func.HttpResponse]:", "annotates its return as "),
        ("def main(req) -> Any:", "annotates its return as typing.Any"),
        ("def main(req: 'NoSuchName'):", "has an invalid signature: name 'NoSuchName' is not def"),
        ("def main(req: 'func.Nope'):", "has an invalid signature: "),
        ("def main(req: '1/0'):", "has an invalid signature: division by zero."),
        ("def main(req: 'a b'):", "has an invalid signature: "),
    ],
)
def test_invalid_signature_is_refused(refuse: Refuse, main: str, part: str) -> None:
    (problem,) = load_main(refuse, main)

    assert problem.startswith("Function Hello ")
    assert part in problem


@pytest.mark.parametrize(
    "main",
    [
        "def main(req: str):",
        "def main(req: bytes):",
        pytest.param(
            "def main(req, /):",
            marks=pytest.mark.skipif(sys.version_info < (3, 8), reason="the syntax is new in 3.8"),
        ),
        "async def main(req):\n    yield 1\n    return\n\ndef unused():",
    ],
    ids=["str", "bytes", "positional only", "async generator"],
)
def test_function_loads_and_every_call_fails(load_files: LoadFiles, main: str) -> None:
    app = load_main(load_files, main)

    assert app.problems == []
    assert app.client.get("/api/Hello").status_code == 500


def test_context_may_default_to_none(load_files: LoadFiles, refuse: Refuse) -> None:
    main = "def main(req, context: func.Context = None):"

    # Up to 3.10, get_type_hints() turns this annotation into an Optional.
    if sys.version_info < (3, 11):
        assert "annotates context as " in load_main(refuse, main)[0]
    else:
        assert load_main(load_files, main).problems == []


@pytest.mark.skipif(sys.version_info < (3, 11), reason="list[...] is a class, or not supported")
@pytest.mark.parametrize(
    ("annotation", "name"), [("list[bytes]", "List"), ("dict[str, int]", "Dict")]
)
def test_refusal_of_builtin_alias_names_that_of_typing(
    refuse: Refuse, annotation: str, name: str
) -> None:
    (problem,) = load_main(refuse, f"def main(req: {annotation}):")

    assert f"The worker refuses {name.lower()}[...]. Use typing.{name}[...]." in problem
