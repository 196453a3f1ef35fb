"""`python -m comvir demo`: a small town to walk through, in a house where nobody lives yet."""

import argparse
from gettext import gettext as _

from comvir.cli.house import make_house


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "\n".join(
        [
            _("Found the demonstration circles, with invented members and what they said, in an empty house."),
            _("It refuses a house where somebody lives. To look at it elsewhere: COMVIR_DATA=/tmp/demo"),
        ]
    )


def run(options: argparse.Namespace) -> int:
    from comvir.config import demo  # noqa: PLC0415 - models need the registry; --help must not wait for it

    make_house()
    demo.found()
    print(_("The demonstration circles are founded. See them: python -m comvir serve"))
    return 0
