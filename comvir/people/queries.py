"""What pages ask about people: who belongs, who is waiting, which charter holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from comvir.lib.marks import Mark, before_mark
from comvir.lib.prepared import prepared
from comvir.people.access import Sight
from comvir.people.models import (
    Account,
    Charter,
    Community,
    GhostAddress,
    House,
    Huddle,
    HuddleMember,
    Invitation,
    JoinRequest,
    Membership,
    Person,
    Role,
)
from comvir.people.models.membership import BELONGS


def members_of(community: Community | int, sight: Sight) -> QuerySet[Membership]:
    """Present memberships with their persons, in order of arrival; nobody shut out."""
    return (
        Membership.objects.filter(BELONGS, community=community)
        .exclude(person_id__in=sight.shut_out)
        .select_related("person")
        .order_by("joined_at", "pk")
    )


@prepared
def newcomers_in(community: int, sight: Sight) -> QuerySet[Membership]:
    """`newcomers_of`, for the pages of a community."""
    return newcomers_of(community, sight)


def newcomers_of(community: Community | int, sight: Sight) -> QuerySet[Membership]:
    """Those nobody has welcomed yet, the longest waiting first."""
    return members_of(community, sight).filter(role=Role.NEWCOMER)


def ghosts_of(community: Community, sight: Sight) -> QuerySet[Membership]:
    """Names an archive brought and nobody has claimed. A voice without an address came otherwise: it is no name."""
    wrote = GhostAddress.objects.filter(person=OuterRef("person"))
    return (
        Membership.objects.filter(community=community, role=Role.GHOST, left_at=None, person__same_as=None)
        .filter(Exists(wrote))
        .exclude(person_id__in=sight.shut_out)
        .select_related("person")
        .order_by("person__name", "pk")
    )


def charter_of(community: Community) -> Charter | None:
    """The charter in force, None when there is none yet."""
    return next(iter(_charter(community.pk)), None)


@prepared
def _charter(community: int) -> QuerySet[Charter]:
    return Charter.objects.filter(community=community).order_by("-version")[:1]


def waiting_requests(community: Community | int, sight: Sight) -> QuerySet[JoinRequest]:
    """Requests nobody has answered, oldest first."""
    return (
        JoinRequest.objects.visible_to(sight)
        .filter(community=community, outcome=JoinRequest.Outcome.WAITING)
        .select_related("person")
        .order_by("asked_at", "pk")
    )


@prepared
def first_waiting_request(community: int, sight: Sight) -> QuerySet[JoinRequest]:
    """The oldest request nobody has answered, if there is one."""
    return waiting_requests(community, sight)[:1]


@prepared
def requests_decided(requests: Sequence[int], sight: Sight) -> QuerySet[JoinRequest, int]:
    """Of these requests, the ids of those somebody has answered."""
    seen = JoinRequest.objects.visible_to(sight).exclude(outcome=JoinRequest.Outcome.WAITING)
    return seen.filter(pk__in=requests).values_list("pk", flat=True)


def invitations_by(person: Person, community: Community, role: Role | None) -> QuerySet[Invitation]:
    """A member's own links; all of the community's for a steward. Newest first."""
    links = Invitation.objects.filter(community=community).select_related("by").order_by("-made_at", "-pk")
    return links if role is Role.STEWARD else links.filter(by=person)


def reads(sight: Sight, community: int) -> bool:
    """Whether the viewer may read the conversations of a community."""
    return bool(_read(sight, community))


@prepared
def _read(sight: Sight, community: int) -> QuerySet[Community, int]:
    return Community.objects.read_by(sight).filter(pk=community).values_list("pk", flat=True)


def my_communities(sight: Sight) -> QuerySet[Community]:
    """Where the viewer belongs, the most recently active first."""
    return Community.objects.filter(pk__in=sight.communities).order_by("-last_at", "pk")


@prepared
def my_latest_communities(sight: Sight, *, limit: int) -> QuerySet[Community]:
    """The first of `my_communities`."""
    return my_communities(sight)[:limit]


@prepared
def community_seen(sight: Sight, slug: str) -> QuerySet[Community]:
    """The community of that name, if the viewer may know of it: one row or none."""
    return Community.objects.visible_to(sight).filter(slug=slug)


@prepared
def other_communities(sight: Sight, before: Mark | None, *, limit: int) -> QuerySet[Community]:
    """Those one may know of and does not belong to, the most recently active first."""
    others = Community.objects.visible_to(sight).exclude(pk__in=sight.communities)
    return others.filter(before_mark(before)).order_by("-last_at", "pk")[:limit]


@prepared
def my_first_huddles(sight: Sight, community: int, *, limit: int) -> QuerySet[Huddle]:
    """The first of the viewer's huddles in a community, by name."""
    return Huddle.objects.visible_to(sight).filter(community=community).order_by("name", "pk")[:limit]


def my_huddles(sight: Sight, community: Community) -> QuerySet[Huddle]:
    """The viewer's huddles in a community, by name."""
    return Huddle.objects.visible_to(sight).filter(community=community).order_by("name", "pk")


def people_in_huddle(huddle: Huddle, sight: Sight) -> QuerySet[HuddleMember]:
    """Who is in it now, in order of arrival; nobody shut out."""
    return (
        HuddleMember.objects.filter(huddle=huddle, left_at=None)
        .exclude(person_id__in=sight.shut_out)
        .select_related("person")
        .order_by("since", "pk")
    )


def stays_of(person: Person) -> QuerySet[Membership]:
    """A person's present memberships with their communities, by name."""
    return Membership.objects.filter(BELONGS, person=person).select_related("community").order_by("community__name")


def stays_seen(person: Person, sight: Sight) -> QuerySet[Membership]:
    """How somebody belongs to the communities the viewer belongs to as well, with who invited them."""
    return (
        Membership.objects.filter(person=person, left_at=None, community_id__in=sight.communities)
        .select_related("community", "by_invitation__by")
        .order_by("community__name", "pk")
    )


def blocked_by(person: Person) -> QuerySet[Person]:
    """Those this person blocked, by name. Their own list: shown to nobody else."""
    return Person.objects.filter(blocked_by__blocker=person).order_by("name", "pk")


def residents() -> QuerySet[Person]:
    """Everybody who can come in, in order of arrival: the cast of a demonstration."""
    return Person.objects.exclude(account=None).select_related("account").order_by("arrived_at", "pk")


def everybodys_stays() -> QuerySet[Membership]:
    """Who belongs where, all of it: for the cast of a demonstration."""
    return Membership.objects.filter(BELONGS).select_related("community").order_by("community__name", "pk")


def newcomer_ids(communities: Iterable[Community]) -> set[int]:
    """The persons nobody has welcomed yet in these communities."""
    return set(_new_in([community.pk for community in communities]))


@prepared
def _new_in(communities: Sequence[int]) -> QuerySet[Membership, int]:
    stays = Membership.objects.filter(BELONGS, role=Role.NEWCOMER, community_id__in=communities)
    return stays.values_list("person_id", flat=True)


@dataclass(frozen=True)
class Arrival:
    """One present stay: where, who, whether still to be welcomed, and by whose invitation."""

    community: int
    person: int
    is_new: bool
    invited_by: int | None


def arrivals_of(persons: Iterable[int], sight: Sight) -> list[Arrival]:
    """The present stays of these persons in the viewer's communities."""
    rows = _stays(list(persons), sight)
    return [Arrival(community, person, role == Role.NEWCOMER, by) for community, person, role, by in rows]


@prepared
def _stays(persons: Sequence[int], sight: Sight) -> QuerySet[Membership, tuple[Any, ...]]:
    stays = Membership.objects.filter(BELONGS, person_id__in=persons, community_id__in=sight.communities)
    return stays.values_list("community_id", "person_id", "role", "by_invitation__by_id")


def known_among(persons: Iterable[int], sight: Sight) -> set[int]:
    """Of these persons, those whose page the viewer may see."""
    return set() if sight.person is None else set(_known(list(persons), sight))


@prepared
def _known(persons: Sequence[int], sight: Sight) -> QuerySet[Person, int]:
    return Person.objects.visible_to(sight).filter(pk__in=persons).values_list("pk", flat=True)


@prepared
def account_with_person(pk: int) -> QuerySet[Account]:
    """The account of that id with its person, if there is one."""
    return Account.objects.filter(pk=pk).select_related("person")


def the_house() -> House:
    """This house; one without a name before it is founded."""
    return next(iter(_house()), None) or House()


@prepared
def _house() -> QuerySet[House]:
    return House.objects.all()[:1]


def charters_of(community: Community) -> QuerySet[Charter]:
    """Every version of the charter with who wrote it, the one in force first."""
    return Charter.objects.filter(community=community).select_related("written_by").order_by("-version")


def my_request(sight: Sight, community: Community) -> JoinRequest | None:
    """The viewer's own last request to come into a community, whatever became of it."""
    return JoinRequest.objects.filter(community=community, person_id__in=sight.selves).order_by("-pk").first()


def invitation_that_opens(code: str, sight: Sight, at: datetime) -> Invitation | None:
    """The link with this code if it lets the viewer in at that moment; None in every other case."""
    link = Invitation.objects.select_related("community", "by").filter(code=code).first()
    return link if link is not None and link.is_open(at) and link.by_id not in sight.shut_out else None


def with_company(huddles: QuerySet[Huddle], sight: Sight) -> QuerySet[Huddle]:
    """The same huddles, each with `present`: who is in it now, in order of arrival; nobody shut out."""
    here = HuddleMember.objects.filter(left_at=None).exclude(person_id__in=sight.shut_out)
    faces = here.select_related("person").order_by("since", "pk")
    return huddles.prefetch_related(Prefetch("members", faces, to_attr="present"))


def company_in(community: Community, sight: Sight, beside: Huddle | None = None) -> QuerySet[Person]:
    """Members the viewer may ask into a huddle, by name; with `beside`, those not yet in that one."""
    others = members_of(community, sight).exclude(person_id__in=sight.selves).order_by().values("person_id")
    company = Person.objects.filter(pk__in=others)
    if beside is not None:
        inside = HuddleMember.objects.filter(huddle=beside, left_at=None).values("person_id")
        company = company.exclude(pk__in=inside)
    return company.order_by("name", "pk")
