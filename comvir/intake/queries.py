"""Which outside news a steward's page lists."""

from django.db.models import QuerySet

from comvir.intake.models import Wire
from comvir.people.access import Sight
from comvir.people.models import Community, Person


def wires_of(community: Community, sight: Sight) -> QuerySet[Wire]:
    """What a community takes in, in the order of the titles; nothing for who isn't a steward there."""
    return Wire.objects.visible_to(sight).filter(community=community).order_by("title", "pk")


def is_voice(person: Person) -> bool:
    """Whether outside news speaks in this person's name, or did."""
    return Wire.objects.filter(person=person).exists()
