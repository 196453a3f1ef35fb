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


class NoSuchKind(Unfit):
    sentence = _("Choose one of the kinds, or none.")
    field = "kind"


class NoSuchSource(Unfit):
    sentence = _("Choose how you know it, or leave it open.")
    field = "source_kind"


class PlaceTooLong(Unfit):
    sentence = _("This place is too long: 160 letters at most.")
    field = "place"


class PointNowhere(Unfit):
    sentence = _("This point is nowhere on earth. Its name alone will do.")
    field = "place"


class FactInFuture(Unfit):
    sentence = _("This time has not come yet. When was it seen?")
    field = "content_reference_time"


class FactTooOld(Unfit):
    sentence = _("Check the date: it is too long ago.")
    field = "content_reference_time"


class ValidUntilPast(Unfit):
    sentence = _("The time until which it holds is over already.")
    field = "valid_until"


class ValidTooLong(Unfit):
    sentence = _("A flash holds for 31 days at most. Something that lasts is a fact.")
    field = "valid_until"


class SourceTooLong(Unfit):
    sentence = _("This source is too long: 300 letters at most.")
    field = "source_name"


class LinkUnclear(Unfit):
    sentence = _("This does not look like an address on the web. It begins with https://")
    field = "source_url"


class NothingCorrected(Unfit):
    sentence = _("Change the words first, so that they tell what is right.")
    field = "text"


class NotAQuestion(Refusal):
    sentence = _("Only a question can be marked as answered.")


class NotTheAsker(NotAllowed):
    sentence = _("Only the person who asked can say what answered the question.")


class NotAnAnswer(Refusal):
    sentence = _("Choose one of the answers to this question.")


class OwnWord(Refusal):
    sentence = _("Nobody can confirm or dispute their own message.")


class NoSuchStance(Unfit):
    sentence = _("Choose how you know it.")
    field = "stance"


class ReasonMissing(Unfit):
    sentence = _("Say what you saw instead, or how you know: a line is enough.")
    field = "words"


class WordsTooLong(Unfit):
    sentence = _("This is too long: 500 letters at most.")
    field = "words"


class NothingToTakeBack(Refusal):
    sentence = _("You have not said anything of this message.")


class CannotPassOn(NotAllowed):
    sentence = _("This was said among members. Only its author can pass it on; you can ask them to.")


class AlreadyHere(Unfit):
    sentence = _("It was said in this circle already.")
    field = "circle"


class PollUnfit(Unfit):
    sentence = _("A poll has two to twelve different choices, each of 120 letters at most.")
    field = "choices"


class PollEndUnfit(Unfit):
    sentence = _("Choose a moment to come, within 90 days, or none.")
    field = "closes_at"


class PollOver(Refusal):
    sentence = _("This poll is over.")


class NoSuchChoice(Unfit):
    sentence = _("Choose one of the answers of the poll.")
    field = "choice"


class OneChoice(Unfit):
    sentence = _("This poll takes one answer.")
    field = "choice"


class NotYourPoll(NotAllowed):
    sentence = _("Only the person who asked, or a steward, can close the poll.")


class OutcomeTooLong(Unfit):
    sentence = _("This is too long: 500 letters at most.")
    field = "outcome"


class DueTooSoon(Unfit):
    sentence = _("Choose a moment to come.")
    field = "due_at"


class DueTooLate(Unfit):
    sentence = _("Choose a moment within a year.")
    field = "due_at"


class TooManyWaiting(Unfit):
    sentence = _("Fifty messages wait to be said already. Throw one away, or say it now.")
    field = "due_at"


class SaidAlready(Refusal):
    sentence = _("This has been said already, or thrown away.")


class PlaceGone(Refusal):
    sentence = _("You can no longer write in this conversation.")


class TooManyPictures(Unfit):
    sentence = _("Ten pictures at most in one message.")
    field = "pictures"


class DescriptionTooLong(Unfit):
    sentence = _("This description is too long: 500 letters at most.")
    field = "description"


class TooMuchToday(Unfit):
    status = 429
    sentence = _("That is many pictures for one day. Tomorrow there is room again.")
    field = "pictures"
