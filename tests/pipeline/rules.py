"""Rules for the files of the pipeline. Each rule returns the places that break it."""

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pipeline.expected import FILES, PINS

_USES = re.compile(r"^ *(?:- )?uses: (?!\./)(.*)$", re.MULTILINE)
_CODE_WITH_EXPRESSION = re.compile(r": (run|runCmd|shell|working-directory): .*\$\{\{", re.S)
_LOCKED = re.compile(r"[\w.-]+==\S+( ; ((?! --hash).)+)?( --hash=sha256:[0-9a-f]{64}\b)+")
# Anything with one of these keys (workflows, jobs, steps, actions) needs a name for readers.
_NAMED = {"jobs", "run", "runs", "runs-on", "uses"}
_NAMES = {"name", "description"}


def files_are_as_expected(root: Path) -> list[str]:
    """Compare workflows, our action and Dependabot's settings, with all their keys."""
    problems = []
    for path in FILES:
        expected, found = list_values(path, FILES[path]), list_values(path, _parse(root, path))
        problems += [f"missing: {value}" for value in sorted(expected - found)]
        problems += [f"not expected: {value}" for value in sorted(found - expected)]
    return problems


def nothing_else_runs(root: Path) -> list[str]:
    """Find workflows and actions that are not compared."""
    folders = (root / ".github" / "workflows", root / ".github" / "actions")
    files = {file for folder in folders for file in folder.rglob("*") if file.is_file()}
    return sorted(str(file) for file in files - {root / ".github" / path for path in FILES})


def names_are_there(root: Path) -> list[str]:
    """Find steps and jobs without a name. Check the name of the job that `main` requires."""
    jobs = {
        f"{path}: {job}": body
        for path in FILES
        if path.startswith("workflows/")
        for job, body in _parse(root, path)["jobs"].items()
    }
    gate = jobs["workflows/ci.yml: gate"].get("name")
    unnamed = [job for job, body in jobs.items() for x in [body, *body["steps"]] if "name" not in x]
    return unnamed + ([] if gate == "Gate" else [f"gate is named {gate}"])


def pins_are_commits_of_the_table(root: Path) -> list[str]:
    """Find actions whose commit or version comment is not in actions-pins.tsv."""
    known = {f"{action}@{commit} # {version}" for action, (version, commit) in PINS.items()}
    used = {use for path in FILES for use in _USES.findall(_read(root, path))}
    return sorted(used - known) + [use for use in known if not re.search(r"@[0-9a-f]{40} ", use)]


def no_expression_is_code(root: Path) -> list[str]:
    """Find expressions in text that runs as code: an attacker may choose a branch's name."""
    values = [value for path in FILES for value in sorted(list_values(path, _parse(root, path)))]
    return [value for value in values if _CODE_WITH_EXPRESSION.search(value)]


def locks_have_hashes(root: Path) -> list[str]:
    """Find locked requirements without a well-formed SHA-256 for each file."""
    problems = []
    for lock in sorted((root / "release" / "requirements").glob("*.txt")):
        text = re.sub(r"^ *#.*\n", "", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
        lines = re.sub(r" *\\\n *", " ", text).splitlines()
        problems += [f"{lock.name}: {line}" for line in lines if not _LOCKED.fullmatch(line)]
        problems += [] if lines else [f"{lock.name} is empty"]
    return problems


RULES = [
    files_are_as_expected,
    nothing_else_runs,
    names_are_there,
    pins_are_commits_of_the_table,
    no_expression_is_code,
    locks_have_hashes,
]


def _read(root: Path, path: str) -> str:
    return (root / ".github" / path).read_text(encoding="utf-8")


def _parse(root: Path, path: str) -> Any:
    return _load(_read(root, path))


@functools.cache
def _load(text: str) -> Any:
    return yaml.safe_load(text)


def list_values(path: str, content: Any) -> set[str]:
    """Return every value of a file with the path of its keys, except names and descriptions."""
    return set(_leaves(path, content))


def _leaves(place: str, value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield f"{place}: {value.rstrip()}"
    elif not isinstance(value, (dict, list)) or not value:
        yield f"{place}: {value!r}"
    else:
        unseen = _NAMES if isinstance(value, dict) and _NAMED & set(value) else {"description"}
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in entries:
            if key not in unseen:
                yield from _leaves(f"{place}: {key}", inner)
