"""Why outside news cannot be taken in, and what went wrong when they were last read: sentences for stewards."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comvir.lib.fetch import REASONS
from comvir.lib.refusals import Refusal, Unfit


class AlreadyTakenIn(Refusal):
    sentence = _("This circle reads that address already.")
    field = "url"


class TooManyWires(Refusal):
    sentence = _("Twenty is the most a circle reads from outside. Take one away first.")


class NotNews(Unfit):
    sentence = _("There is no news by RSS at that address. Look for a link called RSS or Atom on its page.")
    field = "url"


class NotThere(Unfit):
    """The address answered that it has nothing to give."""

    field = "url"

    def __init__(self, status: int) -> None:
        super().__init__(_("That address answers with an error (%(status)d).") % {"status": status})


class NoSuchWireKind(Unfit):
    sentence = _("Choose between flash and resource.")
    field = "kind"


# What `Wire.last_error` holds, in words; `%(status)d` is what the address answered.
TROUBLES: dict[str, str | Promise] = {
    **REASONS,
    "status": _("That address answers with an error (%(status)d)."),
    "gone": _("That address says that its news has ended."),
    "not_news": _("There is no news by RSS at that address any more."),
    "broken": _("We could not read what is at that address."),
}
