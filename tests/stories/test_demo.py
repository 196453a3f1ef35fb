"""The demonstration town is founded whole, in order, in good French, and tells what it should to whom it should."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import transaction

from comvir.config import demo
from comvir.config.demotown.cast import CAST
from comvir.config.demotown.moments import HERE, RESTING, RISING, moment
from comvir.config.demotown.script import read, tales, typeset
from comvir.config.demotown.speaking import Town
from comvir.config.demotown.steps import all_steps
from comvir.config.readers import READERS
from comvir.conversation.models import Message, Revision, Thread
from comvir.journal import reading
from comvir.journal.models import Deed
from comvir.lib import clock, text
from comvir.memory.queries import history, standings
from comvir.notifications.models import Notice
from comvir.notifications.queries import waiting_for
from comvir.people.access import sight_of
from comvir.people.models import (
    Account,
    Charter,
    Community,
    House,
    Huddle,
    Invitation,
    JoinMode,
    JoinRequest,
    Membership,
    Person,
    Role,
    Theme,
)

NOW = datetime(2026, 6, 4, 10, 30, 42, tzinfo=UTC)
# Every day of two weeks, at hours when people sleep, wake, work and go to bed, over a change of the clocks too.
NOWS = [
    start + timedelta(days=day, hours=hour)
    for start in (datetime(2026, 6, 1, tzinfo=UTC), datetime(2027, 3, 22, tzinfo=UTC))
    for day in range(14)
    for hour in (0, 6, 7, 13, 21)
]


@pytest.fixture(scope="module")
def founded(django_db_setup, django_db_blocker):
    """The town, founded once for all these tests: each leaves it as it was."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.clock_at(NOW):
            yield demo.found("fr")
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _left_as_it_was(request):
    if "founded" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("founded")
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def named(handle: str) -> Person:
    return Person.objects.get(handle=handle)


def all_words() -> list[str]:
    """Every text of the town that somebody wrote."""
    columns = [
        *Message.objects.values_list("text"),
        *Thread.objects.values_list("title"),
        *Revision.objects.values_list("title", "text"),
        *Charter.objects.values_list("text"),
        *Person.objects.values_list("name", "about", "languages"),
        *Community.objects.values_list("name", "summary", "place", "rhythm", "questions"),
        *Huddle.objects.values_list("name"),
        *Invitation.objects.values_list("words"),
        *JoinRequest.objects.values_list("answers"),
    ]
    return [words for row in columns for words in row if words]


def test_the_town_is_all_there(founded):
    counts = {
        model.__name__: model.objects.count()
        for model in (Person, Account, Community, Huddle, Thread, Message, Charter, Invitation, Deed)
    }
    assert counts == {
        "Person": 15,
        "Account": 15,
        "Community": 6,
        "Huddle": 2,
        "Thread": 39,
        "Message": 196,
        "Charter": 7,
        "Invitation": 21,
        "Deed": 514,
    }
    assert House.objects.get().is_demo
    assert House.objects.get() == founded


def test_every_theme_and_every_way_in_are_shown(founded):
    assert set(Community.objects.values_list("theme", flat=True)) == set(Theme.values)
    assert set(Community.objects.values_list("join_mode", flat=True)) == set(JoinMode.values)
    assert set(Community.objects.values_list("visibility", flat=True)) == {"public", "listed", "hidden"}


def test_deeds_are_written_in_the_order_in_which_they_happened(founded):
    moments = list(Deed.objects.order_by("pk").values_list("happened_at", flat=True))
    assert moments == sorted(moments)
    assert moments[0] < NOW - timedelta(weeks=104)
    assert NOW - timedelta(hours=2) < moments[-1] <= NOW


def test_threads_have_their_messages_in_the_order_of_time(founded):
    for thread in Thread.objects.all():
        moments = list(thread.messages.order_by("position").values_list("happened_at", flat=True))
        assert (moments, thread.started_at, thread.last_at) == (sorted(moments), moments[0], moments[-1])


def test_the_pages_have_something_of_everything_to_show(founded):
    longest = Thread.objects.order_by("-answers").first()
    assert (longest.title, longest.answers) == (typeset("La semaine de Gilles : qui passe, qui cuisine"), 29)
    assert Revision.objects.count() == 1
    assert [message.author.handle for message in Message.objects.exclude(removed_at=None)] == ["andre"]
    assert Message.objects.exclude(in_reply_to=None).count() == 13
    newcomers = Membership.objects.filter(role=Role.NEWCOMER).values_list("person__handle", "community__slug")
    assert sorted(newcomers) == [("hugo", "quartier-saint-jean"), ("samir", "petanque-du-dimanche")]
    assert [(link.by.handle, link.uses_left) for link in Invitation.objects.all() if link.is_open(NOW)] == [
        ("josette", 10)
    ]
    waiting = JoinRequest.objects.get(outcome="waiting")
    assert (waiting.person.handle, waiting.community.slug) == ("tom", "petanque-du-dimanche")
    assert [said.author.handle for said in waiting.thread.messages.order_by("position")] == ["josette", "tom"]


def test_samir_came_by_thuy_who_came_by_karim_who_came_by_josette(founded):
    chain, handle = [], "samir"
    while handle:
        chain.append(handle)
        stay = Membership.objects.get(community__slug="petanque-du-dimanche", person__handle=handle)
        handle = stay.by_invitation.by.handle if stay.by_invitation else ""
    assert chain == ["samir", "thuy", "karim", "josette"]


def test_six_things_wait_for_lucie(founded):
    waiting = [(notice.deed.actor.handle, notice.deed.verb) for notice in waiting_for(sight_of(named("lucie")))]
    assert waiting == [
        ("josette", "passed_on"), ("andre", "vouched"), ("fatou", "vouched"),
        ("marcel", "said"), ("thuy", "said"), ("hugo", "joined"),
    ]  # fmt: skip


def test_what_is_said_of_the_plane_tree_and_of_the_bar_can_be_walked_through(founded):
    tree = Message.objects.get(thread__title__startswith="Platane", position=0)
    bar = Message.objects.get(thread__title__startswith="La buvette", position=0)
    water = Message.objects.get(thread__title__startswith="Coupure d’eau", position=0)
    stand = {message: standing.status.value for message, standing in standings([tree.pk, bar.pk, water.pk]).items()}
    assert stand == {tree.pk: "corroborated", bar.pk: "disputed", water.pk: "seen"}
    assert [turn.after.value for turn in history(tree.pk)] == [
        "seen",
        "seen",
        "corroborated",
        "corroborated",
        "corroborated",
    ]
    told = Notice.objects.filter(deed__object_id=tree.pk, why=Notice.Why.TURNED)
    assert sorted(told.values_list("person__handle", flat=True)) == ["fatou", "josette", "karim", "marcel", "thuy"]


def test_what_is_between_five_people_is_read_by_five_people(founded):
    huddle = Huddle.objects.get(name="Autour de Gilles")
    readers = {person.handle for person in Person.objects.all() if huddle in Huddle.objects.visible_to(person)}
    assert readers == {"josette", "lucie", "karim", "marcel", "gilles"}
    whole_circle = Person.objects.filter(memberships__community=huddle.community)
    assert whole_circle.count() > len(readers)
    threads = Thread.objects.filter(huddle=huddle)
    assert threads.count() == 2
    for person in whole_circle.exclude(handle__in=readers):
        assert not Thread.objects.visible_to(person).filter(huddle=huddle).exists()


def test_nobody_outside_hears_of_the_support_circle(founded):
    support = Community.objects.get(theme=Theme.SUPPORT)
    assert "3114" in support.charters.get().text
    inside = set(support.memberships.values_list("person__handle", flat=True))
    assert inside == {"bernadette", "nadege", "fatou", "marcel", "lucie", "gilles"}
    for person in [None, *Person.objects.exclude(handle__in=inside)]:
        assert support not in Community.objects.visible_to(person)
        assert not Thread.objects.visible_to(person).filter(community=support).exists()
    elsewhere = [
        *Message.objects.exclude(community=support).values_list("text", flat=True),
        *Person.objects.values_list("about", flat=True),
        *Charter.objects.exclude(community=support).values_list("text", flat=True),
    ]
    assert [words for words in elsewhere if support.name in words] == []


def test_everyone_reads_the_neighbourhood_and_only_it(founded):
    read = Thread.objects.visible_to(None).values_list("community__slug", flat=True)
    assert Counter(read) == {"quartier-saint-jean": 5}


def test_every_text_went_through_the_one_road_to_html(founded):
    for message in Message.objects.prefetch_related("mentions__person"):
        people = {mention.person.handle: f"/p/{mention.person.handle}/" for mention in message.mentions.all()}
        assert (message.html, message.sanitiser) == (text.render(message.text, people, tagged=True), text.SANITISER)
        assert message.text == text.tidy(message.text)
    for charter in Charter.objects.all():
        assert charter.html == text.render(charter.text)
    for person in Person.objects.all():
        assert person.about_html == text.render(person.about)


def test_every_mention_names_somebody_who_is_told(founded):
    written = [handle for message in Message.objects.all() for handle in text.mentioned(message.text)]
    assert sorted(written) == ["karim", "lucie"]
    assert sorted(Message.objects.exclude(mentions=None).values_list("mentions__person__handle", flat=True)) == sorted(
        written
    )


def test_words_are_set_as_a_printer_would(founded):
    words = all_words()
    assert len(words) > 300
    assert [said for said in words if re.search(r"['\"·]|\.\.\.", said)] == []
    assert [said for said in words if re.search(r" [;:!?»]|« |[^\s] ?[«] |\d (?:h|m|km|ans)\b", said)] == []
    assert any("\u202f!" in said for said in words) and any("\u00a0:" in said for said in words)


def test_everybody_says_in_a_first_sentence_who_they_are_in_the_story(founded):
    for person in Person.objects.all():
        first, rest = person.about.split(". ", 1)
        assert 40 < len(first) < 170 and rest, person.name
        assert (person.languages and person.time_zone and person.account.email) == f"{person.handle}@example.org"


def test_reading_the_journal_again_gives_the_same_notices(founded):
    def notices():
        return set(Notice.objects.values_list("person", "deed", "settled_at"))

    before = notices()
    assert len(before) == 417
    for reader in READERS:
        reading.rewind(reader)
    assert len(notices()) < len(before)
    # One that serves nobody now leaves its bookmark where it is.
    awake = [reader for reader in READERS if reader.idle is None]
    assert [reading.catch_up(reader) for reader in awake] == [Deed.objects.count()] * len(awake) != []
    assert notices() == before


def test_a_house_where_somebody_lives_is_left_alone(founded):
    before = Deed.objects.count()
    with pytest.raises(demo.SomebodyLivesHere, match="Somebody lives in this house already"):
        demo.found()
    assert Deed.objects.count() == before


@pytest.mark.django_db
def test_the_same_moment_founds_the_same_town():
    def town():
        with transaction.atomic(), clock.clock_at(NOW):
            demo.found("fr")
            told = Deed.objects.order_by("pk").values_list("actor__handle", "verb", "object_name", "happened_at")
            # Ids go on where they were on PostgreSQL: who it was told by is the same person under another number.
            deeds = [(*who, re.sub(r"^person:\d+$", "person", name), when) for *who, name, when in told]
            said = list(Message.objects.order_by("pk").values_list("author__handle", "html", "happened_at"))
            transaction.set_rollback(True)
        return deeds, said

    assert town() == town()


def test_the_story_goes_in_one_order_whatever_the_day_it_is_told():
    def order(now):
        steps = all_steps(Town(), now)
        assert steps[-1].when <= now
        assert all(isinstance(step.play, partial) for step in steps)
        return [(step.play.func.__name__, *map(str, step.play.args[1:])) for step in steps]

    told = order(NOW)
    assert len(told) == 437
    assert [now for now in NOWS if order(now) != told] == []


def test_sundays_are_sundays_and_nights_are_quiet():
    for now in NOWS:
        for week in (0, 1, 104):
            there = moment(f"{week} sun 15:00", now).astimezone(HERE)
            assert (there.isoweekday(), there.hour) == (7, 15)
            assert timedelta(days=2) < now - there < timedelta(weeks=week, days=11)
        for ago in ("0h10", "5h30", "16h00"):
            there = moment(ago, now).astimezone(HERE)
            assert RISING <= there.time() <= RESTING
            assert moment("0 mon 21:59", now) < there <= now


@pytest.mark.parametrize("said", ["yesterday", "0 tue 10:00", "3 dim 10:00", "16h01", "3 sun 25:00", ""])
def test_a_moment_nobody_knows_is_refused(said):
    with pytest.raises(ValueError):
        moment(said, NOW)


def test_a_cue_nobody_can_follow_is_refused():
    with pytest.raises(ValueError, match="not a cue"):
        read("@ petanque\n= A title\n-- Lucie at noon\nHello\n")


def test_what_is_written_plainly_is_typeset():
    assert typeset("« C'est toi ? » À 10 h 30 : oui !") == (
        "«\u00a0C’est toi\u202f?\u00a0» À 10\u00a0h\u00a030\u00a0: oui\u202f!"
    )
    assert typeset("It's at https://example.org: here") == "It’s at https://example.org: here"


def test_the_tales_know_only_the_cast():
    cast = {member.handle for member in CAST}
    assert {line.who for tale in tales() for line in tale.lines} == cast
