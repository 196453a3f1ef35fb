"""`python -m comvir enter EMAIL`: a sign-in link for somebody, where e-mail isn't set up."""

import argparse
from gettext import gettext as _

from django.conf import settings
from django.urls import reverse

from comvir.cli.house import need_house
from comvir.cli.trouble import Trouble

MINUTES = 15


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL", help=_("the address that person signs in with"))
    parser.description = "\n".join(
        [
            _("Print a link that signs somebody in, once, within fifteen minutes."),
            _("For a house whose e-mail isn’t set up. Whoever opens the link is that person: hand it over with care."),
        ]
    )


def run(options: argparse.Namespace) -> int:
    from comvir.people.keys import ENTER, make_key  # noqa: PLC0415 - models need the registry, --help does not
    from comvir.people.models import Account  # noqa: PLC0415 - the same

    need_house()
    account = Account.objects.filter(email__iexact=options.email.strip(), is_active=True).first()
    if account is None:
        raise Trouble(_("Nobody in this house signs in with %(email)s.") % {"email": options.email})
    key = make_key(ENTER, account.email, minutes=MINUTES)
    print((settings.PUBLIC_ADDRESS or "http://localhost:8000") + reverse("key", args=[key]))
    print(_("It works once, for %(minutes)d minutes.") % {"minutes": MINUTES})
    return 0
