"""A prepared query gives what the query would have given, whatever is filled in."""

from datetime import timedelta

import pytest
from django.db.models import F

from comvir.conversation import acts
from comvir.conversation.models import Thread
from comvir.lib.marks import Mark, before_mark, read_mark
from comvir.lib.prepared import prepared, prepared_change
from comvir.people.access import sight_of
from comvir.people.models import Person

pytestmark = pytest.mark.django_db


@prepared
def readable(sight):
    return Thread.objects.visible_to(sight).order_by("pk")


@prepared
def behind(mark, *, limit):
    return Thread.objects.filter(before_mark(mark)).order_by("-last_at", "-pk")[:limit]


@prepared_change
def answered(threads, more):
    return Thread.objects.filter(pk__in=threads), {"answers": F("answers") + more}


def test_each_reader_gets_their_own_threads_from_one_statement(town):
    acts.start(by=town.ana, community=town.petanque, text="Sunday?")
    acts.start(by=town.fay, community=town.music, text="The score is here.")
    viewers = [None, *Person.objects.order_by("pk")]
    expected = [list(Thread.objects.visible_to(viewer).order_by("pk")) for viewer in viewers]
    assert len({tuple(threads) for threads in expected}) > 1
    assert [readable(sight_of(viewer)) for viewer in viewers] == expected


def test_a_mark_is_filled_in_like_any_value_and_its_absence_is_another_query(town):
    early = acts.start(by=town.ana, community=town.petanque, text="One").thread
    late = acts.start(by=town.ana, community=town.petanque, text="Two").thread
    assert behind(None, limit=1) == [late]
    assert behind(None, limit=2) == [late, early]
    assert behind(Mark(late.last_at, late.pk), limit=2) == [early]
    assert behind(Mark(early.last_at - timedelta(days=1), 1), limit=2) == []


def test_a_mark_is_read_as_it_was_written(town):
    thread = acts.start(by=town.ana, community=town.petanque, text="One").thread
    mark = Mark(thread.last_at, thread.pk)
    assert read_mark(str(mark)) == mark
    assert read_mark("2026-13-01T00:00:00.000000Z-1") is None
    assert read_mark("yesterday") is None


def test_a_prepared_change_changes_those_rows_and_tells_how_many(town):
    one, two, three = [
        acts.start(by=town.ana, community=town.petanque, text=text).thread for text in ("One", "Two", "Three")
    ]
    assert answered([one.pk, three.pk], 2) == 2
    assert answered([], 5) == 0
    assert [Thread.objects.get(pk=thread.pk).answers for thread in (one, two, three)] == [2, 0, 2]
