"""`python -m comvir import mbox`, as a host types it."""

import argparse

import pytest

from comvir.cli import imports
from comvir.cli.trouble import Trouble
from comvir.conversation.models import Message, Thread
from comvir.people.models import Community, Membership, Role
from tests.transfer.mails import archive, mail


@pytest.fixture
def typed(monkeypatch, capsys):
    """`typed(file, "--community", "x")` runs the command and returns what it printed."""
    monkeypatch.setattr(imports, "need_house", lambda: None)

    def run(*words):
        parser = argparse.ArgumentParser()
        imports.add_arguments(parser)
        assert imports.run(parser.parse_args(["mbox", *map(str, words)])) == 0
        return capsys.readouterr().out.splitlines()

    return run


def test_it_gives_account_of_what_it_took(town, typed, tmp_path):
    file = archive(tmp_path, mail(1), mail(2, answers=1), mail(2, answers=1), mail(3, who="Zoé"))
    slug = town.petanque.slug
    assert typed(file, "--community", slug) == [
        "4 messages in the archive, from 2020-01-02 to 2020-01-04",
        "Taken in: 3. New conversations: 2. New names: 2.",
        "Twice in the file, taken once: 1.",
        "Without an address, so that nobody can claim them: 1.",
        "  3: stands twice in the file – Pique-nique",
    ]
    assert typed(file, "--community", slug)[1:3] == [
        "Taken in: 0. New conversations: 0. New names: 0.",
        "Here already: 4.",
    ]
    assert Message.objects.filter(community=town.petanque).count() == 3


def test_a_dry_run_opens_and_writes_nothing(town, typed, tmp_path):
    said = typed(archive(tmp_path, mail(1)), "--community", "lecture", "--title", "Lecture", "--dry-run")
    assert said[1] == "Would be taken in: 1. New conversations: 1. New names: 1."
    assert not Community.objects.filter(slug="lecture").exists()
    assert Thread.objects.count() == 0


def test_a_title_opens_the_circle_under_the_first_steward(town, typed, tmp_path):
    typed(archive(tmp_path, mail(1)), "--community", "lecture", "--title", "Lecture")
    circle = Community.objects.get(slug="lecture")
    assert (circle.name, circle.visibility, circle.join_mode, circle.theme) == (
        "Lecture",
        "listed",
        "request",
        "learning",
    )
    assert Membership.objects.get(community=circle, role=Role.STEWARD).person == town.gil


@pytest.mark.django_db
def test_in_a_house_where_nobody_lives_the_door_of_the_circle_stands_open(typed, tmp_path):
    typed(archive(tmp_path, mail(1)), "--community", "lecture", "--title", "Lecture")
    circle = Community.objects.get(slug="lecture")
    assert (circle.opened_by.name, circle.opened_by.is_ghost(), circle.join_mode) == ("The archive", True, "open")


def test_an_existing_circle_keeps_its_name(town, typed, tmp_path):
    typed(archive(tmp_path, mail(1)), "--community", town.petanque.slug, "--title", "Autre")
    assert Community.objects.get(slug=town.petanque.slug).name == "Pétanque du dimanche"


def test_an_unknown_circle_is_not_made_in_silence(town, typed, tmp_path):
    with pytest.raises(Trouble) as trouble:
        typed(archive(tmp_path, mail(1)), "--community", "lecture")
    known = f"{town.music.slug}, {town.petanque.slug}"
    assert str(trouble.value) == (
        f"There is no circle at “lecture”. There are: {known}. To open one, add --title and its name."
    )


def test_an_address_that_cannot_be_one_is_refused(town, typed, tmp_path):
    with pytest.raises(Trouble, match="can’t be the address of a circle"):
        typed(archive(tmp_path, mail(1)), "--community", "La Lecture", "--title", "Lecture")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\x1f\x8b\x08rest", "The file is packed .gzip."),
        (b"\x00\x01\x02", "This is no mail archive"),
        (b"Dear all,\n", "There is no message in"),
    ],
)
def test_a_wrong_file_is_refused_before_a_circle_is_opened_for_it(town, typed, tmp_path, content, sentence):
    with pytest.raises(Trouble, match=sentence):
        typed(archive(tmp_path, content), "--community", "lecture", "--title", "Lecture")
    assert not Community.objects.filter(slug="lecture").exists()
