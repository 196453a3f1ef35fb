"""Arriving, describing oneself, claiming a ghost, blocking; founding the house."""

from django.db import IntegrityError, transaction
from django.db.models import Q

from comvir.journal.record import record
from comvir.journal.sight import Audience
from comvir.journal.verbs import ARRIVED, BLOCKED, CLAIMED, DESCRIBED, FOUNDED, UNBLOCKED
from comvir.lib import clock
from comvir.lib.ids import secret_key, slug_of
from comvir.lib.text import render, shows_nothing, tidy, tidy_line
from comvir.people.models import Account, Block, GhostAddress, House, Membership, PastHandle, Person, Role
from comvir.people.models.person import HANDLE
from comvir.people.refusals import HandleTaken, HandleUnfit, NameMissing, NameTooLong, NotYourself, TooLong


def fit_name(name: str) -> str:
    """A name as it is kept. Raises NameMissing or NameTooLong."""
    name = tidy_line(name)
    if shows_nothing(name):
        raise NameMissing
    if len(name) > 80:
        raise NameTooLong
    return name


def arrive(*, by: Account, name: str) -> Person:
    """The person of an account that has none yet comes into being. Raises NameMissing, NameTooLong."""
    name = fit_name(name)
    with transaction.atomic():
        account = Account.objects.select_for_update(no_key=True).get(pk=by.pk)
        if account.person is not None:
            return account.person
        person = Person.objects.create(handle=free_handle(name), name=name, arrived_at=clock.now())
        account.person = person
        account.save(update_fields=["person"])
        by.person = person
        record(person, ARRIVED, person, audience=Audience.NAMED)
    return person


def claim(*, by: Person, email: str) -> list[Person]:
    """The ghosts that wrote from this address, which the caller has proved to be theirs, become theirs.

    Claiming gives the past, never a way in: a ghost's membership opens no door.
    """
    with transaction.atomic():
        wrote = GhostAddress.objects.filter(email__iexact=email).values("person")
        with_account = Account.objects.filter(person__in=wrote).values("person")
        ghosts = list(
            Person.objects.select_for_update(no_key=True)
            .filter(pk__in=wrote, same_as=None)
            .exclude(pk__in=with_account)
        )
        for ghost in ghosts:
            ghost.same_as = by
            ghost.save(update_fields=["same_as"])
            here = Membership.objects.filter(person=ghost, role=Role.GHOST).select_related("community").first()
            record(by, CLAIMED, ghost, audience=Audience.NAMED, community=here.community if here else None)
    return ghosts


def describe(
    *,
    by: Person,
    name: str,
    handle: str,
    about: str,
    languages: str,
    time_zone: str,
    picture: str | None = None,
    followed_by_rss: bool | None = None,
) -> Person:
    """Say who one is. `picture` is the name of a stored portrait, "" for none, None to keep it; None keeps
    `followed_by_rss` too.

    Raises NameMissing, NameTooLong, HandleUnfit, HandleTaken, TooLong.
    """
    about = tidy(about)
    if len(about) > 2000:
        raise TooLong(field="about")
    if not HANDLE.regex.match(handle):  # type: ignore[union-attr]
        raise HandleUnfit
    before = Person.objects.values_list("handle", flat=True).get(pk=by.pk)
    by.name, by.handle, by.about, by.about_html = fit_name(name), handle, about, render(about)
    by.languages, by.time_zone = languages, time_zone
    if picture is not None:
        by.picture = picture
    if followed_by_rss is not None:
        by.followed_by_rss = followed_by_rss
    said = ["name", "handle", "about", "about_html", "languages", "time_zone", "picture", "followed_by_rss"]
    try:
        with transaction.atomic():
            _keep_handle(by, before)
            by.save(update_fields=said)
            record(by, DESCRIBED, by, audience=Audience.NAMED)
    except IntegrityError as error:
        raise HandleTaken from error
    return by


def block(*, by: Person, other: Person) -> Block:
    """Hide each from the other, from now on, and tell neither. Raises NotYourself."""
    if other.pk == by.pk or other.same_as_id == by.pk:
        raise NotYourself
    with transaction.atomic():
        kept, _ = Block.objects.get_or_create(
            blocker=by, blocked=other.same_as or other, defaults={"since": clock.now()}
        )
        record(by, BLOCKED, other, audience=Audience.NAMED)
    return kept


def unblock(*, by: Person, other: Person) -> None:
    """Take one's own block back; the other's, if there is one, stays."""
    with transaction.atomic():
        Block.objects.filter(Q(blocker=by), Q(blocked=other)).delete()
        record(by, UNBLOCKED, other, audience=Audience.NAMED)


def found(*, by: Person, name: str, language: str, is_demo: bool = False) -> House:
    """Found the house: give it a name. The person who does it is its first steward."""
    name = fit_name(name)
    with transaction.atomic():
        house, _ = House.objects.update_or_create(
            pk=1, defaults={"name": name, "language": language, "is_demo": is_demo, "founded_at": clock.now()}
        )
        record(by, FOUNDED, house, audience=Audience.PUBLIC)
    return house


def _keep_handle(person: Person, before: str) -> None:
    """Keep the handle one leaves from being given to another. Raises HandleTaken for one that was another's."""
    if person.handle == before:
        return
    if PastHandle.objects.filter(handle=person.handle).exclude(person=person).exists():
        raise HandleTaken
    PastHandle.objects.update_or_create(handle=before, defaults={"person": person})


def free_handle(name: str) -> str:
    """A handle made from a name, with a number when others have it already.

    A name in another alphabet leaves nothing to write an address with: a drawn one takes its place.
    """
    stem = slug_of(name, 32) or f"p-{secret_key()[:6].lower().strip('-_').replace('_', 'x')}"
    taken = set(Person.objects.filter(handle__startswith=stem).values_list("handle", flat=True))
    taken.update(PastHandle.objects.filter(handle__startswith=stem).values_list("handle", flat=True))
    if stem not in taken:
        return stem
    return next(handle for n in range(2, len(taken) + 3) if (handle := f"{stem}-{n}") not in taken)
