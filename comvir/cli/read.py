"""`python -m comvir read`: the readers of the journal, how far behind, and catching them up."""

import argparse
from gettext import gettext as _
from gettext import ngettext

from comvir.cli.house import need_house
from comvir.cli.trouble import Trouble


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("reader", metavar="READER", nargs="?", help=_("its name; without one, all are listed"))
    parser.add_argument("--again", action="store_true", help=_("forget what it learnt and read from the beginning"))
    parser.description = "\n".join(
        [
            _("Readers go through the journal of deeds and keep what they learn: who is to be told of what, for one."),
            _("The server does this by itself. Use this command after a change of rules, or to see how far they are."),
        ]
    )


def run(options: argparse.Namespace) -> int:
    from comvir.config.readers import READERS  # noqa: PLC0415 - models need the registry; --help must not wait for it
    from comvir.journal.models import Bookmark  # noqa: PLC0415 - the same
    from comvir.journal.reading import behind, catch_up, rewind  # noqa: PLC0415 - the same

    need_house()
    if options.reader is None:
        if options.again:
            raise Trouble(_("Which reader is to read again? python -m comvir read lists them."))
        bookmarks = dict(Bookmark.objects.values_list("reader", "at"))
        for reader in READERS:
            left = behind(reader)
            state = ngettext("%d deed behind", "%d deeds behind", left) % left if left else _("up to date")
            print(_("%(reader)-28s read up to deed %(at)d, %(state)s")
                  % {"reader": reader.name, "at": bookmarks.get(reader.name, 0), "state": state})  # fmt: skip
        return 0
    found = {reader.name: reader for reader in READERS}.get(options.reader)
    if found is None:
        words = {"name": options.reader, "names": ", ".join(reader.name for reader in READERS)}
        raise Trouble(_("There is no reader “%(name)s”. There are: %(names)s.") % words)
    if options.again:
        rewind(found)
    read = catch_up(found)
    print(ngettext("%(reader)s: %(count)d deed read.", "%(reader)s: %(count)d deeds read.", read)
          % {"reader": found.name, "count": read})  # fmt: skip
    return 0
