"""An archive taken into a circle: every mail once, in its thread, at its own date, by its own author."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from comvir.conversation import acts as words
from comvir.conversation.models import Message, Thread
from comvir.conversation.queries import html_of
from comvir.journal.models import Deed
from comvir.people import acts
from comvir.people.access import sight_of
from comvir.people.models import Community, GhostAddress, Membership, Person, Role
from comvir.transfer import mbox
from comvir.transfer.mbox import import_mbox
from tests.people import person
from tests.transfer.mails import SHARED, archive, mail

BO = "Bo <bo@example.org>"


def as_read(community):
    """What readers see: for each thread its title, and of each message who said what, when, in answer to whose."""
    return sorted(
        (
            thread.title, thread.answers, thread.last_position, thread.started_at, thread.last_at, thread.starter.name,
            [
                (said.source_uri, said.author.name, said.text, said.happened_at, _source(said.in_reply_to))
                for said in thread.messages.select_related("author", "in_reply_to").order_by("position")
            ],
        )
        for thread in Thread.objects.filter(community=community).select_related("starter")
    )  # fmt: skip


def _source(message):
    return message and message.source_uri


@pytest.fixture
def circle(town) -> Community:
    return town.petanque


def test_mails_become_messages_at_their_own_dates_in_their_threads(circle, tmp_path):
    answer = mail(2, who=BO, answers=1, subject="Re: Pique-nique", text="Oui.\n\n> Bonjour.")
    report = import_mbox(archive(tmp_path, mail(1), answer, mail(3, subject="Pluie")), circle)
    one, two, three = (datetime(2020, 1, day, 12, tzinfo=UTC) for day in (2, 3, 4))
    first = ("mid:1@list.example", "Ana", "Bonjour.", one, None)
    second = ("mid:2@list.example", "Bo", "Oui.\n\n> Bonjour.", two, None)
    third = ("mid:3@list.example", "Ana", "Bonjour.", three, None)
    assert as_read(circle) == [
        ("Pique-nique", 1, 1, one, two, "Ana", [first, second]),
        ("Pluie", 0, 0, three, three, "Ana", [third]),
    ]
    assert (report.read, report.taken, report.threads, report.ghosts, report.balances()) == (3, 3, 2, 2, True)


def test_each_message_has_the_deed_an_act_would_have_left(circle, tmp_path):
    before = Deed.objects.latest("pk").pk
    import_mbox(archive(tmp_path, mail(1)), circle)
    message = Message.objects.get(source_uri="mid:1@list.example")
    deed = Deed.objects.get(pk__gt=before)
    assert (deed.verb, deed.actor, deed.object_type, deed.object_id) == (
        "said",
        message.author,
        "conversation.message",
        message.pk,
    )
    assert (deed.context_id, deed.community, deed.audience) == (message.thread_id, circle, "community")
    assert (deed.happened_at, deed.to.count()) == (message.happened_at, 0)


def test_in_a_public_circle_everyone_may_read_them(town, tmp_path):
    open_circle = acts.open_community(by=town.gil, name="Ouvert", theme="learning", visibility="public")
    import_mbox(archive(tmp_path, mail(1)), open_circle)
    assert [thread.title for thread in Thread.objects.visible_to(None)] == ["Pique-nique"]
    assert Deed.objects.filter(verb="said", audience="public").count() == 1


def test_an_outsider_sees_nothing_of_it_and_a_member_all(town, circle, tmp_path):
    import_mbox(archive(tmp_path, mail(1)), circle)
    assert Message.objects.visible_to(town.eve).count() == 0
    assert Message.objects.visible_to(town.ana).count() == 1


def test_authors_are_ghosts_until_they_prove_their_address(circle, tmp_path):
    import_mbox(archive(tmp_path, mail(1, who="Zoé <zoe@example.org>")), circle)
    ghost = GhostAddress.objects.get(email="zoe@example.org").person
    assert (ghost.name, ghost.is_ghost()) == ("Zoé", True)
    assert Membership.objects.get(person=ghost).role == Role.GHOST
    assert circle.pk not in sight_of(ghost).communities
    zoe = person("Zoe")
    acts.claim(by=zoe, email="zoe@example.org")
    ghost.refresh_from_db()
    assert ghost.same_as == zoe


def test_a_mail_without_an_address_has_an_author_nobody_can_claim(circle, tmp_path):
    report = import_mbox(archive(tmp_path, mail(1, who="Zoé"), mail(2, who="Zoé")), circle)
    assert Person.objects.filter(name="Zoé").count() == 1
    assert (report.ghosts, report.without_author) == (1, 2)


def test_running_it_twice_adds_nothing(circle, tmp_path):
    file = archive(tmp_path, mail(1), mail(2, answers=1), mail(3))
    import_mbox(file, circle)
    before, deeds = as_read(circle), Deed.objects.count()
    report = import_mbox(file, circle)
    assert (as_read(circle), Deed.objects.count()) == (before, deeds)
    assert (report.taken, report.known, report.threads, report.balances()) == (0, 3, 0, True)


def test_what_was_killed_half_way_ends_as_a_single_run_would(circle, town, tmp_path, monkeypatch):
    mails = [mail(n, answers=n - 1 if n % 3 else None, subject=f"Sujet {n // 3}") for n in range(1, 20)]
    file = archive(tmp_path, *mails)
    import_mbox(file, town.music)
    monkeypatch.setattr(mbox, "BATCH", 4)
    written, insert = [], mbox.insert

    def dies_at_the_fifth(model, names, rows):
        written.append(model)
        if len(written) == 5:
            raise KeyboardInterrupt
        insert(model, names, rows)

    with monkeypatch.context() as dying:
        dying.setattr(mbox, "insert", dies_at_the_fifth)
        with pytest.raises(KeyboardInterrupt):
            import_mbox(file, circle)
    assert 0 < Message.objects.filter(community=circle).count() < 19
    import_mbox(file, circle)
    assert as_read(circle) == as_read(town.music)


def test_a_grown_archive_adds_what_is_new_to_the_threads_that_are_there(circle, tmp_path):
    import_mbox(archive(tmp_path, mail(2, answers=1), mail(3, subject="Pluie")), circle)
    thread = Message.objects.get(source_uri="mid:2@list.example").thread_id
    grown = archive(tmp_path, mail(1, who=BO), mail(2, answers=1), mail(3, subject="Pluie"), mail(4, answers=2))
    assert import_mbox(grown, circle).taken == 2
    assert list(Message.objects.filter(thread=thread).order_by("position").values_list("source_uri", "position")) == [
        ("mid:1@list.example", 0),
        ("mid:2@list.example", 1),
        ("mid:4@list.example", 2),
    ]
    assert (Thread.objects.get(pk=thread).starter.name, Thread.objects.get(pk=thread).answers) == ("Bo", 2)


def test_what_was_said_here_in_the_meantime_keeps_its_place(circle, town, tmp_path):
    import_mbox(archive(tmp_path, mail(1), mail(5, answers=3)), circle)
    said = words.answer(
        by=town.ana, thread=Thread.objects.get(messages__source_uri="mid:5@list.example"), text="Enfin !"
    )
    import_mbox(archive(tmp_path, mail(1), mail(3, answers=1), mail(5, answers=3)), circle)
    thread = Thread.objects.get(title="Pique-nique")
    assert [one.pk for one in thread.messages.order_by("position")][-1] == said.pk
    assert (thread.messages.count(), thread.answers, thread.last_position) == (4, 3, 3)
    assert thread.last_at == said.happened_at
    words.answer(by=town.ana, thread=thread, text="Et encore.")


def test_a_mail_that_stands_twice_comes_once_and_is_named(circle, tmp_path):
    report = import_mbox(archive(tmp_path, mail(1), mail(1)), circle)
    assert (report.taken, report.twice, [odd.number for odd in report.odd], report.balances()) == (1, 1, [2], True)


def test_two_mails_with_one_message_id_both_come(circle, tmp_path):
    file = archive(tmp_path, mail(1, text="Un"), mail(1, day=9, text="Deux"))
    assert (import_mbox(file, circle).taken, import_mbox(file, circle).known) == (2, 2)


def test_a_mail_without_a_message_id_comes_once(circle, tmp_path):
    nameless = mail(1).replace("Message-ID: <1@list.example>\n", "")
    assert [import_mbox(archive(tmp_path, nameless), circle).taken for _ in range(2)] == [1, 0]


def test_a_broken_mail_does_not_stop_the_others(circle, tmp_path):
    garbage = (
        b"From x@example.org Thu Jan  2 12:00:00 2020\nContent-Type: multipart/mixed; boundary=\n\n\xff\xfe\x00\n\n"
    )
    empty = b"From x@example.org Thu Jan  2 12:00:00 2020\n\n\n"
    report = import_mbox(archive(tmp_path, mail(1), garbage, empty, mail(2)), circle)
    assert (report.read, report.taken, report.skipped, report.balances()) == (4, 3, 1, True)


def test_a_dry_run_says_the_same_and_does_nothing(circle, tmp_path):
    file = archive(tmp_path, mail(1), mail(2, who=BO))
    dry = import_mbox(file, circle, dry_run=True)
    assert Message.objects.count() == 0
    real = import_mbox(file, circle)
    assert (dry.taken, dry.threads, dry.ghosts) == (real.taken, real.threads, real.ghosts) == (2, 2, 2)


def test_attachments_are_named_in_the_language_of_the_circle(circle, tmp_path):
    attached = mail(1).replace(
        "\n\nBonjour.", '\nContent-Type: application/pdf; name="menu_du_jour.pdf"\n\n' + "x" * 40
    )
    report = import_mbox(archive(tmp_path, attached), circle)
    assert "menu_du_jour.pdf (" in Message.objects.get().text
    assert report.attachments == 1


def test_a_message_is_rendered_when_it_is_first_read(circle, tmp_path):
    import_mbox(archive(tmp_path, mail(1, text="<script>alert(1)</script> *oui*")), circle)
    message = Message.objects.get()
    assert (message.html, message.sanitiser) == ("", "")
    assert html_of(message) == "<p>&lt;script&gt;alert(1)&lt;/script&gt; <em>oui</em></p>"


@pytest.mark.parametrize(
    ("name", "messages", "threads", "addresses", "names", "first", "last"),
    [
        ("r-sig-teaching", 885, 367, 256, 216, "2006-10-27", "2026-01-27"),
        ("r-ug-ottawa", 197, 120, 78, 64, "2009-01-30", None),
    ],
)
def test_a_real_archive_comes_in_whole(circle, name, messages, threads, addresses, names, first, last):
    file = SHARED / "archives" / f"{name}.mbox"
    if not file.is_file():
        pytest.skip(f"../shared/data/archives/{name}.mbox is not there")
    report = import_mbox(file, circle)
    here = Message.objects.filter(community=circle)
    assert (report.read, report.taken, report.skipped, here.count()) == (messages, messages, 0, messages)
    assert Thread.objects.filter(community=circle).count() == threads
    assert (report.ghosts, here.values("author__name").distinct().count()) == (addresses, names)
    assert str(here.earliest("happened_at").happened_at.date()) == first
    if last:
        assert str(here.latest("happened_at").happened_at.date()) == last
    counted = Thread.objects.annotate(n=Count("messages"))
    assert all(thread.n == thread.answers + 1 == thread.last_position + 1 for thread in counted)
    assert import_mbox(file, circle).taken == 0


class InAnyPieces(TestCase):
    """Cut the same mails in two files, in any order: the same threads, in the same order."""

    @settings(max_examples=25, deadline=None)
    @given(data=st.data())
    def test_two_pieces_give_what_one_file_gives(self, data):
        count = data.draw(st.integers(2, 7))
        mails = [
            mail(
                number,
                day=data.draw(st.integers(0, 150)),
                answers=data.draw(st.none() | st.integers(0, 9)),
                subject=data.draw(st.sampled_from(["Boules", "Re: Boules", "Pluie", "Re: Pluie"])),
            )
            for number in range(count)
        ]
        shuffled = data.draw(st.permutations(mails))
        cut = data.draw(st.integers(1, count - 1))
        with TemporaryDirectory() as folder, transaction.atomic():
            gil = person("Gil")
            whole = acts.open_community(by=gil, name="Entier", theme="learning")
            pieces = acts.open_community(by=gil, name="Morceaux", theme="learning")
            import_mbox(archive(Path(folder), *mails), whole)
            import_mbox(archive(Path(folder), *shuffled[:cut]), pieces)
            import_mbox(archive(Path(folder), *shuffled[cut:]), pieces)
            assert as_read(pieces) == as_read(whole)
