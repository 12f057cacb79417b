"""Every host implements the protocol, and runs the suite or reports why it cannot."""

from __future__ import annotations

import inspect
import re

import pytest
from harness.runs import run_suite
from host_process import Serve

from integration.catalog import APPS, PROBES
from integration.hosts.protocol import Host, Options
from integration.hosts.table import HOSTS, find_host


@pytest.mark.parametrize("name", HOSTS)
def test_host_implements_protocol(name: str) -> None:
    host = find_host(name)

    methods = [name for name, _ in inspect.getmembers(Host, callable) if name[0] != "_"]
    assert issubclass(host, Host)
    assert not inspect.isabstract(host)
    assert host.name == name
    assert [list(inspect.signature(getattr(host, method)).parameters) for method in methods] == [
        list(inspect.signature(getattr(Host, method)).parameters) for method in methods
    ]


def test_every_app_has_a_probe() -> None:
    assert sorted(PROBES) == sorted(APPS)


def test_only_tests_of_app_run_by_url(serve: Serve) -> None:
    host = serve(APPS["hooks_v1"])
    url = f"--functions-host=url={host.address}"

    code, output = run_suite("integration", url, "--app=hooks_v1")

    assert code == 0, output
    assert re.search(r"\d+ passed, \d+ skipped, \d+ deselected", output)
    assert "the host (url) has no output that can be read from here" in output


def test_url_that_serves_nothing_fails_suite() -> None:
    url = "--functions-host=url=http://127.0.0.1:9"

    code, output = run_suite("integration/test_hooks.py", url, "--app=hooks_v1")

    assert code == 1
    assert "passed" not in output.splitlines()[-1]


def test_wrong_option_ends_pytest() -> None:
    code, output = run_suite("integration/test_unconfigured.py", "--host-python=3")

    assert code == 4
    assert "--host-python takes a version such as 3.12." in output


def test_unknown_host_is_named_with_the_choices() -> None:
    with pytest.raises(pytest.UsageError, match=r"=moon is not a host\. Choose from: embedded, "):
        find_host("moon")


@pytest.mark.parametrize(
    ("host", "options", "message"),
    [
        ("embedded", Options(app="v1"), "=embedded takes neither an address nor --app."),
        ("core-tools", Options(address="x"), "core-tools takes neither an address nor --app."),
        ("container", Options(app="v1"), "container takes neither an address nor --app."),
        ("embedded-native", Options(python="3.12"), "embedded-native needs Python 3.13 or newer"),
        ("url", Options(), "--functions-host=url needs an address, such as url=http://127.0.0.1"),
        ("url", Options("http://x"), "--functions-host=url=http://x needs --app, one of: "),
        ("url", Options("http://x", app="nope"), r"needs --app, one of: .*, durable, "),
        ("container", Options(python="3.6"), "3.6: no such image. Choose from: 3.7, "),
        ("container", Options(python="3.12"), r"needs --wheel, a file \(got None\)"),
        ("container", Options(python="3.12", wheel="none"), r"needs --wheel, a file \(got none\)"),
        (
            "container",
            Options(python="3.12", wheel=__file__, stand_in=True, image="x"),
            "--stand-in is an image of its own. Leave out --image.",
        ),
    ],
)
def test_options_that_do_not_fit_are_named(host: str, options: Options, message: str) -> None:
    with pytest.raises(pytest.UsageError, match=message):
        find_host(host).check_options(options)


def test_header_names_stand_in() -> None:
    header = find_host("container").describe(Options(python="3.8", stand_in=True))

    image = "mcr.microsoft.com/azure-functions/python:4-python3.8"
    assert header == f"container on a STAND-IN for {image}: the embedded host"
