"""A circle for tests of standing: people, meetings and words put straight into the journal, at a moment one chooses."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from django.db import transaction

from comvir.journal.models import Deed
from comvir.journal.reading import catch_up
from comvir.journal.record import record
from comvir.journal.sight import Audience
from comvir.journal.verbs import DISPUTED, MET, OPENED, REMOVED, RESTORED, SAID, TOOK_BACK, VOUCHED, WELCOMED
from comvir.lib.clock import clock_at
from comvir.memory.models import Acquaintance, MessageStanding, Roots, SettledWord, Talk, TurnRow
from comvir.memory.readers import standing as reader
from comvir.people.models import Community, Huddle, Invitation, Membership, Person, Role

OPENED_AT = datetime(2026, 1, 1, 9, tzinfo=UTC)


def message(pk):
    """Something the journal takes for a message: the room of memory knows no more of one."""
    return SimpleNamespace(pk=pk, _meta=SimpleNamespace(label_lower="conversation.message"))


class Village:
    """Opened by `founder`. `day` is what time it is, in days since; everybody comes on day 0 unless told otherwise."""

    def __init__(self, name="village", audience=Audience.COMMUNITY):
        self.day, self.audience, self._messages = 0.0, audience, 0
        self.name = name
        self.founder = self._person("Founder")
        self.community = Community.objects.create(
            slug=name, name=name, theme="outings", opened_by=self.founder, opened_at=OPENED_AT, last_at=OPENED_AT
        )
        self._stay(self.founder, Role.STEWARD, None)
        self._do(self.founder, OPENED, self.community)

    def now(self):
        return OPENED_AT + timedelta(days=self.day)

    @contextmanager
    def on(self, day):
        before, self.day = self.day, day
        yield self
        self.day = before

    def person(self, name="Somebody", by=None):
        """Somebody who comes in, on the invitation of `by`."""
        person = self._person(name)
        link = None
        if by is not None:
            link = Invitation.objects.create(
                community=self.community,
                by=by,
                code=f"{self.name}-{person.pk}",
                made_at=self.now(),
                expires_at=self.now(),
            )
        self._stay(person, Role.MEMBER, link)
        return person

    def people(self, count, by=None):
        return [self.person(f"P{n}", by) for n in range(count)]

    def villagers(self, count):
        """People the founder invited, all of whom met her and each other: established from day 30 on."""
        people = self.people(count, by=self.founder)
        everybody = [self.founder, *people]
        for n, one in enumerate(everybody):
            for other in everybody[n + 1 :]:
                self.met(one, other)
        return people

    def met(self, one, *others, audience=Audience.COMMUNITY, community=None):
        return self._do(one, MET, self.community, audience=audience, to=others, community=community)

    def welcome(self, by, person):
        return self._do(by, WELCOMED, person, to=[person])

    def said(self, by, to=(), audience=None, huddle=None):
        """A message of theirs; its id."""
        self._messages += 1
        pk = self.community.pk * 1_000_000 + self._messages
        self._do(by, SAID, message(pk), to=to, audience=audience or self.audience, huddle=huddle)
        return pk

    def vouch(self, by, about, ground="", audience=None, huddle=None):
        return self._word(by, VOUCHED, about, ground, audience, huddle)

    def dispute(self, by, about, ground="", audience=None, huddle=None):
        return self._word(by, DISPUTED, about, ground, audience, huddle)

    def take_back(self, by, about):
        return self._word(by, TOOK_BACK, about, "", None, None)

    def remove(self, by, about):
        return self._word(by, REMOVED, about, "", None, None)

    def restore(self, by, about):
        return self._word(by, RESTORED, about, "", None, None)

    def _word(self, by, verb, about, ground, audience, huddle):
        return self._do(by, verb, message(about), name=ground, audience=audience or self.audience, huddle=huddle)

    def huddle(self, by):
        return Huddle.objects.create(community=self.community, name="h", gathered_by=by, gathered_at=self.now())

    def _do(self, by, verb, thing, *, audience=Audience.COMMUNITY, to=(), huddle=None, name=None, community=None):
        with transaction.atomic(), clock_at(self.now()):
            return record(
                by,
                verb,
                thing,
                audience=audience,
                community=community or self.community,
                to=to,
                huddle=huddle,
                name=name,
            )

    def _person(self, name):
        handle = f"{name.lower()}-{Person.objects.count()}"
        return Person.objects.create(handle=handle, name=name, arrived_at=OPENED_AT)

    def _stay(self, person, role, link):
        Membership.objects.create(
            community=self.community, person=person, role=role, joined_at=self.now(), by_invitation=link
        )


def village_of_ten():
    """Ten people who know each other, sixty days on; `all` are those the founder invited."""
    place = Village()
    place.all = place.villagers(9)
    place.day = 60
    return place


def short(standing):
    """What a standing comes to: its status, the two sums, whether it was weighed."""
    return (standing.status, standing.for_milli, standing.against_milli, standing.weighed)


@contextmanager
def undone():
    """What happens in the block is undone at its end: for examples that must not meet each other."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def read():
    """Let the reader of standings read to the end."""
    return catch_up(reader)


def remembered():
    """All that is kept and shown, as plain values: for comparing bit for bit."""
    models = (MessageStanding, TurnRow, SettledWord, Acquaintance, Talk, Roots)
    return {model.__name__: sorted(_values(model), key=repr) for model in models}


def _values(model):
    return [tuple((key, repr(value)) for key, value in row.items() if key != "id") for row in model.objects.values()]


def last_deed():
    return Deed.objects.latest("pk").pk
