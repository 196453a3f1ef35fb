"""The demonstration: a small town, founded by nothing but the acts anybody could have done."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from comvir.config.demotown.cast import CAST
from comvir.config.demotown.moments import moment
from comvir.config.demotown.speaking import Town
from comvir.config.demotown.steps import all_steps
from comvir.config.readers import READERS
from comvir.journal.reading import catch_up
from comvir.lib import clock
from comvir.lib.refusals import Refusal
from comvir.notifications.desk import settle
from comvir.notifications.models import Notice
from comvir.people import acts
from comvir.people.models import House, Person

HOUSE_NAME = "Amicale de Saint-Jean"
# What happened before this many waking hours has been seen to; the rest waits on each one's Today.
STILL_WAITING = "16h00"


class SomebodyLivesHere(Refusal):
    sentence = _("Somebody lives in this house already: the demonstration needs an empty one.")


def found(language: str | None = None) -> House:
    """Found the demonstration house, two years of it, ending about an hour ago; all of it or nothing.

    The same for the same moment, but for the codes of invitations, which nobody may guess.
    `language` is that of the house; its people speak theirs. Raises SomebodyLivesHere.
    """
    now = clock.now()
    with transaction.atomic():
        if Person.objects.exists():
            raise SomebodyLivesHere
        town = Town()
        first, *others = all_steps(town, now)
        with clock.clock_at(first.when):
            first.play()
            founder = town.people[CAST[0].handle]
            house = acts.found(by=founder, name=HOUSE_NAME, language=language or settings.LANGUAGE_CODE, is_demo=True)
        for step in others:
            with clock.clock_at(step.when):
                step.play()
        for reader in READERS:
            catch_up(reader)
        _put_away_what_is_old(town, now)
    return house


def _put_away_what_is_old(town: Town, now: datetime) -> None:
    old = Notice.objects.filter(deed__happened_at__lt=moment(STILL_WAITING, now))
    for person in town.people.values():
        settle(by=person, notice_ids=list(old.filter(person=person).values_list("pk", flat=True)))
