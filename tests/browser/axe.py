"""axe-core, which knows the rules of accessibility, run in a page that is open."""

from __future__ import annotations

import os
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GRAVE = ("serious", "critical")
RUN = """async only => {
  const found = await axe.run({ runOnly: only, resultTypes: ["violations"], preload: false });
  return found.violations.map(({ id, impact, help, nodes }) => ({
    id, impact, help, nodes: nodes.map(({ target, any, all, none }) => (
      [target.join(" "), [...any, ...all, ...none].map(check => check.message).join("; ")]
    )),
  }));
}"""


@cache
def script() -> str:
    """axe-core itself: the file COMVIR_AXE names, or the one that comes with the packages of the tests."""
    named = os.environ.get("COMVIR_AXE")
    if named:
        return Path(named).read_text(encoding="utf-8")
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def bring(page: Any) -> None:
    """Make axe known to the page. Through the debugger: the page's own policy allows no script that is not ours."""
    page.evaluate(script())


def faults(page: Any, *rules: str) -> list[str]:
    """What is gravely wrong in the page as it stands, one line for each element; of these rules only, if any are named.

    `bring` comes first. What axe cannot decide, such as words over a drawing, is no fault.
    """
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}
    found = page.evaluate(RUN, only)
    return [
        f"{one['id']} ({one['help']}) at {target}: {message}"
        for one in found
        if one["impact"] in GRAVE
        for target, message in one["nodes"]
    ]
