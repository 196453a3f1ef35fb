"""A circle on the day of a flash, for the tests of its pages."""

import re
from html import unescape

from comvir.conversation import acts
from comvir.conversation.context import Context
from comvir.conversation.models import Message
from comvir.journal.reading import catch_up
from comvir.memory.readers import standing as reader
from comvir.people.access import sight_of
from comvir.web.standing import boxes_of
from tests.acquainted import village

NAMES = ("Ana", "Bo", "Chloe", "Dan", "Eli", "Fay")


class Square:
    """Seven people of a circle who know each other, on a day on which Josette says that the gate is locked."""

    def __init__(self) -> None:
        self.circle, everybody = village(*NAMES)
        self.josette, self.ana, self.bo, self.chloe, self.dan, self.eli, self.fay = everybody
        self.flash = acts.start(
            by=self.josette, community=self.circle, text="The gate is locked",
            beside=acts.Beside(Context(kind="flash", source_kind="eyes")),
        )  # fmt: skip

    def vouch(self, *who, **how):
        for somebody in who:
            acts.attest(by=somebody, message=self.flash, stance=how.pop("stance", "saw"), **how)
        catch_up(reader)

    def box(self, viewer, **how):
        message = Message.objects.select_related("author").get(pk=self.flash.pk)
        return boxes_of([message], sight_of(viewer), may_attest=viewer is not None, **how)[0]


def words_of(html: str) -> str:
    """What a reader reads."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split()).replace(" ’", "’").replace(" :", ":")


def main_of(response) -> str:
    return response.content.decode().split("<main", 1)[1]
