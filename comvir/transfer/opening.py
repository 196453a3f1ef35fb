"""The community an archive comes into: there already, or opened for it by name."""

from comvir.lib import clock
from comvir.people import acts
from comvir.people.acts.persons import free_handle
from comvir.people.models import Community, House, JoinMode, Membership, Person, Role, Theme, Visibility
from comvir.people.models.community import SLUG


def find_or_open(slug: str, title: str, *, nobody: str, dry_run: bool = False) -> Community | None:
    """The community at this address; without one, and given a title, opened under it by the house's first steward.

    In a house where nobody lives a ghost named `nobody` opens it, and its door stands open, since nobody could
    answer who asks to come in. None when there is none and no title, or in a dry run.
    """
    found = Community.objects.filter(slug=slug).first()
    if found is not None or not title or dry_run:
        return found
    house = House.objects.first()
    steward = first_steward()
    by = steward or Person.objects.create(handle=free_handle(nobody), name=nobody, arrived_at=clock.now())
    return acts.open_community(
        by=by,
        name=title,
        theme=Theme.LEARNING,
        slug=slug,
        language=house.language if house else "fr",
        visibility=Visibility.LISTED,
        join_mode=JoinMode.REQUEST if steward else JoinMode.OPEN,
    )


def fit_slug(slug: str) -> bool:
    """Whether this can be the address of a community."""
    return bool(SLUG.regex.match(slug)) and slug != "new"  # type: ignore[union-attr]


def first_steward() -> Person | None:
    """Who has been a steward in this house the longest, and can come in; failing that, who came first."""
    stays = Membership.objects.filter(role=Role.STEWARD, left_at=None, person__account__isnull=False)
    stay = stays.select_related("person").order_by("joined_at", "pk").first()
    return stay.person if stay else Person.objects.filter(account__isnull=False).order_by("pk").first()
