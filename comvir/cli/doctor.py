"""`python -m comvir doctor`: what is wrong with this house, and how to mend it."""

import argparse
import json
from gettext import gettext as _

from comvir.cli.examinations import EXAMINATIONS, Finding, Level
from comvir.cli.house import need_house
from comvir.cli.trouble import sentence_for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=_("the findings as JSON, for a machine to read"))
    parser.description = "\n".join(
        [
            _("Look the house over: one line for each thing, and what to do about it."),
            _("ok: well. look: works, but have a look. wrong: mend it."),
            _("It changes nothing. The exit code is 0 when nothing is wrong, 1 otherwise."),
        ]
    )


def run(options: argparse.Namespace) -> int:
    need_house()
    found = [finding for examine in EXAMINATIONS for finding in _examined(examine)]
    if options.json:
        print(json.dumps([finding._asdict() for finding in found], indent=1, ensure_ascii=False))
    else:
        print("\n".join(map(_line, found)))
    return int(any(finding.level == Level.WRONG for finding in found))


def _examined(examine: object) -> list[Finding]:
    assert callable(examine)
    name = getattr(examine, "__name__", "").replace("_", " ")
    try:
        return list(examine())
    except Exception as error:
        # One broken thing must not hide the state of the others.
        sentence = sentence_for(error) or f"{type(error).__name__}: {error}"
        return [Finding(Level.WRONG, name, sentence, "")]


def _line(finding: Finding) -> str:
    words = {Level.OK: _("ok"), Level.LOOK: _("look"), Level.WRONG: _("wrong")}
    return f"{words[finding.level]:<8}{finding.sentence} {finding.mend}".rstrip()
