"""Messages that docs/releasing.md quotes."""

import re

import pytest

from release.rehearsal.workflow import ROOT

GUIDE = (ROOT / "docs" / "releasing.md").read_text(encoding="utf-8")
QUOTED = {
    message
    for row in re.findall(r"^\| .*", GUIDE, re.MULTILINE)
    for message in re.findall("“(.+?)”", row)
}
# The indexes and sha256sum print these messages.
OF_OTHERS = {
    "FAILED",
    "File already exists",
    "previously used",
    "too similar to an existing project",
}
STEPS = "".join(path.read_text("utf-8") for path in sorted(ROOT.glob("release/steps/*.py")))


@pytest.mark.parametrize("message", sorted(QUOTED - OF_OTHERS))
def test_quoted_message_is_in_a_step(message: str) -> None:
    assert message in STEPS
