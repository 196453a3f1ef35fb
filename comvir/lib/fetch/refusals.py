"""Why nothing could be fetched, in words for whoever gave the address."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comvir.lib.refusals import Unfit

_OFF_THE_WEB = _("That address isn’t on the public web, so we don’t read it.")
_ROUND_AND_ROUND = _("That address sends us from one place to another without end.")

REASONS: dict[str, str | Promise] = {
    "address": _("We can’t read that address. It looks like https://example.org/news."),
    "scheme": _("That address has to begin with https:// or http://."),
    "credentials": _("Leave the name and password out of that address."),
    "port": _("That address goes through an unusual door (its port). Only the ordinary ones are used."),
    "private": _OFF_THE_WEB,
    "unknown": _("Nobody on the web goes by that name. Is the address right?"),
    "unreachable": _("Nothing answers at that address just now."),
    "untrusted": _("That address can’t prove that it is who it says: its certificate doesn’t hold."),
    "slow": _("That address took too long to answer."),
    "large": _("What is at that address is larger than we take."),
    "cut": _("That address stopped in the middle of its answer."),
    "unreadable": _("That address answered something no browser could read."),
    "redirects": _ROUND_AND_ROUND,
    "ring": _ROUND_AND_ROUND,
    "downgrade": _("That address sends us from a safe place (https) to one that isn’t."),
    "busy": _("Too many addresses are being read just now. Try again in a minute."),
}


class Unfetchable(Unfit):
    """Nothing was fetched. `reason` is a key of REASONS; the sentence is for people, the field the address's."""

    field = "url"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(REASONS[reason])
