"""What others said of messages, for the pages that show it, and how much one said lately."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from comvir.conversation.models import Attestation, Message
from comvir.journal.models import Deed
from comvir.journal.verbs import DISPUTED, VOUCHED
from comvir.lib.prepared import prepared
from comvir.people.access import Sight
from comvir.people.models import Person
from comvir.people.models.membership import BELONGS

# More names than that nobody looks through; who is not among them can be told of in words.
MOST_TELLERS = 300


def words_on(messages: Iterable[Message]) -> dict[int, list[Attestation]]:
    """The words that hold on these messages, oldest first, by message id. One query, none where nobody gave any.

    It is for the caller to know that the messages may be seen, and to leave unnamed those whom the viewer shuts out.
    """
    attested = [message.pk for message in messages if message.attested]
    found: dict[int, list[Attestation]] = {pk: [] for pk in attested}
    for word in _words(attested) if attested else []:
        found[word.message_id].append(word)
    return found


@prepared
def _words(messages: Sequence[int]) -> QuerySet[Attestation]:
    return (
        Attestation.objects.filter(message__in=messages, taken_back_at=None)
        .select_related("person", "told_by")
        .defer("person__about", "person__about_html", "told_by__about", "told_by__about_html")
        .order_by("at", "pk")
    )


def word_of(person: Person, message: Message) -> Attestation | None:
    """What this person says of the message, with who told them; None for nothing, or nothing any more."""
    word = Attestation.objects.filter(message=message, person=person, taken_back_at=None)
    return word.select_related("told_by").first()


def words_given(person: Person, since: datetime) -> int:
    """How often this person confirmed or disputed something since then, words taken back or replaced included."""
    return Deed.objects.filter(actor=person, verb__in=(VOUCHED, DISPUTED), recorded_at__gte=since).count()


def tellers(message: Message, sight: Sight) -> list[Person]:
    """Those who may have told the viewer of it: the author, then members of the circle by name; nobody shut out."""
    stays = Q(memberships__in=message.thread.community.memberships.filter(BELONGS).values("pk"))
    apart = sight.shut_out | sight.selves | {message.author_id}
    members = Person.objects.filter(stays).exclude(pk__in=apart).order_by("name", "pk").distinct()
    author = [] if message.author_id in sight.shut_out else [message.author.same_as or message.author]
    return [*author, *members[:MOST_TELLERS]]


def people_named(people: Iterable[int], sight: Sight) -> dict[int, str]:
    """The names of these persons by id, without those shut out; one query."""
    wanted = sorted(set(people) - sight.shut_out)
    return dict(_names(wanted)) if wanted else {}


@prepared
def _names(people: Sequence[int]) -> QuerySet[Person, tuple[int, str]]:
    return Person.objects.filter(pk__in=people).values_list("pk", "name")
