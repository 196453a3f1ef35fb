"""Why something cannot be said, in words for the person who tried."""

from django.utils.translation import gettext_lazy as _

from comvir.lib.refusals import NotAllowed, Refusal, Unfit


class NothingSaid(Unfit):
    sentence = _("The message is empty.")
    field = "text"


class MessageTooLong(Unfit):
    sentence = _("This message is too long: 20,000 letters at most. It could be told in two.")
    field = "text"


class TitleTooLong(Unfit):
    sentence = _("This title is too long: 160 letters at most.")
    field = "title"


class CannotSpeakHere(NotAllowed):
    sentence = _("One joins the circle before writing in it.")


class NotYours(NotAllowed):
    sentence = _("Only the person who wrote a message can change it.")


class AlreadyRemoved(Refusal):
    sentence = _("This message has been removed.")


class TooLateToRestore(Refusal):
    sentence = _("This message was removed more than a day ago: its words are gone.")
