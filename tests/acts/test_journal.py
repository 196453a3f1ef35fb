"""The journal's laws: written last and inside the act, in order, read again to the same end."""

import threading

import pytest
from django.db import connection, transaction

from comvir.conversation import acts
from comvir.journal.models import Bookmark, Deed
from comvir.journal.reading import Reader, behind, catch_up, rewind
from comvir.journal.record import OutsideAnAct, deed_of, record, record_many
from comvir.journal.verbs import SAID
from comvir.notifications.models import Notice
from comvir.notifications.readers import notices
from comvir.people.access import sight_of
from tests.people import build_town, person


class Notebook:
    """A reader that writes down what it read."""

    def __init__(self):
        self.read_ids: list[int] = []
        self.reader = Reader("tests.notebook", self._read, self.read_ids.clear)

    def _read(self, deeds):
        self.read_ids += [deed.pk for deed in deeds]


@pytest.mark.django_db(transaction=True)
def test_a_deed_outside_a_transaction_is_refused():
    ana = person("Ana")
    count = Deed.objects.count()
    with pytest.raises(OutsideAnAct):
        record(ana, SAID, ana, audience="named")
    with pytest.raises(OutsideAnAct):
        record_many([deed_of(ana, SAID, ana, audience="named")])
    assert Deed.objects.count() == count


@pytest.mark.django_db(transaction=True)
def test_no_deed_without_its_rows():
    ana = person("Ana")
    count = Deed.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        record(ana, SAID, ana, audience="named")
        raise RuntimeError("the act fails after its deed")
    assert Deed.objects.count() == count


def test_an_unknown_verb_is_refused(town):
    with pytest.raises(ValueError, match="vocabulary"):
        record(town.ana, "liked", town.ana, audience="named")


def test_a_reader_reads_each_deed_once_and_goes_on_from_its_bookmark(town):
    book = Notebook()
    all_ids = list(Deed.objects.order_by("pk").values_list("pk", flat=True))
    assert catch_up(book.reader, batch=3) == len(all_ids)
    assert book.read_ids == all_ids
    assert catch_up(book.reader) == 0
    acts.start(by=town.ana, community=town.petanque, text="Hello")
    assert behind(book.reader) == 1
    assert catch_up(book.reader) == 1
    assert book.read_ids == [*all_ids, Deed.objects.latest("pk").pk]


def test_who_waits_leaves_a_long_journal_to_others(town):
    book = Notebook()
    deeds = Deed.objects.count()
    assert (catch_up(book.reader, most=deeds - 1), book.read_ids) == (0, [])
    assert catch_up(book.reader, most=deeds) == len(book.read_ids) == deeds


def test_a_reader_that_fails_begins_its_batch_again(town):
    book = Notebook()

    def stumble(deeds):
        raise RuntimeError("killed in the middle")

    with pytest.raises(RuntimeError):
        catch_up(Reader("tests.notebook", stumble, book.read_ids.clear))
    assert not Bookmark.objects.filter(reader="tests.notebook", at__gt=0).exists()
    catch_up(book.reader)
    assert len(book.read_ids) == Deed.objects.count()


def test_reading_again_teaches_the_same(town):
    thread = acts.start(by=town.ana, community=town.petanque, text="Who comes? @dan").thread
    acts.answer(by=town.bo, thread=thread, text="I do")
    catch_up(notices)
    learnt = set(Notice.objects.values_list("person", "deed"))
    assert (town.dan.pk, Deed.objects.filter(verb=SAID).earliest("pk").pk) in learnt
    rewind(notices)
    assert Notice.objects.count() == 0
    catch_up(notices, batch=2)
    assert set(Notice.objects.values_list("person", "deed")) == learnt


def test_what_was_put_away_stays_away_after_a_re_reading(town):
    from comvir.notifications import desk
    from comvir.notifications.queries import waiting_for

    thread = acts.start(by=town.ana, community=town.petanque, text="Who comes?").thread
    acts.answer(by=town.bo, thread=thread, text="I do")
    catch_up(notices)
    waiting = [notice.pk for notice in waiting_for(sight_of(town.ana))]
    assert desk.settle(by=town.bo, notice_ids=waiting) == 0
    assert desk.settle(by=town.ana, notice_ids=waiting) == len(waiting)
    rewind(notices)
    catch_up(notices)
    assert list(waiting_for(sight_of(town.ana))) == []


def test_record_many_gives_the_deeds_that_acts_give(town):
    message = acts.start(by=town.ana, community=town.petanque, text="Hello")
    by_act = Deed.objects.latest("pk")
    copy = deed_of(
        town.ana, SAID, message, community=town.petanque, audience="community", context=message.thread,
        happened_at=by_act.happened_at,
    )  # fmt: skip
    with transaction.atomic():
        (written,) = record_many([copy])
    apart = {"id", "recorded_at"}
    fields = [field.attname for field in Deed._meta.concrete_fields if field.attname not in apart]
    written.refresh_from_db()
    assert [getattr(written, name) for name in fields] == [getattr(by_act, name) for name in fields]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer: commits cannot overtake each other"
)
def test_a_slow_transaction_is_not_lost_behind_the_bookmark():
    """Without the ordering lock the slow deed has the lower id and appears when the bookmark has passed it."""
    town = build_town()
    book = Notebook()
    catch_up(book.reader)
    book.read_ids.clear()
    holding, may_commit = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            record(town.ana, SAID, town.ana, audience="named")
            holding.set()
            may_commit.wait(10)
        connection.close()

    def fast():
        with transaction.atomic():
            record(town.bo, SAID, town.bo, audience="named")
        connection.close()

    first, second = threading.Thread(target=slow), threading.Thread(target=fast)
    first.start()
    holding.wait(10)
    second.start()
    second.join(0.5)
    catch_up(book.reader)
    may_commit.set()
    first.join()
    second.join()
    catch_up(book.reader)
    actors = [Deed.objects.get(pk=pk).actor.name for pk in book.read_ids]
    assert actors == ["Ana", "Bo"]
