"""Refusals: an act says no in a sentence made for people."""

from django.utils.functional import Promise


class Refusal(Exception):
    """An act that cannot be done, told so that the person knows what to do next.

    `sentence` is a (lazily) translated sentence; `status` the HTTP status a door
    may answer with; `field` the form field it concerns, when there is one.
    """

    status = 409
    sentence: str | Promise = ""
    field: str | None = None

    def __init__(self, sentence: str | Promise | None = None, *, field: str | None = None) -> None:
        if sentence is not None:
            self.sentence = sentence
        if field is not None:
            self.field = field
        super().__init__(str(self.sentence))


class NotAllowed(Refusal):
    """The person may see the thing but not do this to it."""

    status = 403


class Unfit(Refusal):
    """What was given cannot be taken as it is: too long, missing, not a date."""

    status = 400
