"""Rows are locked so that what refers to them can be written: on PostgreSQL it would wait, and two for ever."""

import ast
import time
from pathlib import Path
from threading import Barrier, Thread
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from comvir.conversation import acts
from comvir.conversation.models import Message
from comvir.conversation.models import Thread as Conversation
from comvir.journal.reading import hold
from comvir.journal.record import keep_order
from comvir.memory.readers import standing
from comvir.people.desk import desk_moved
from comvir.people.models import Community
from comvir.web.attesting import _give
from tests.people import build_town

ROOT = Path(__file__).resolve().parents[2] / "comvir"
# Seconds in which a word gets as far as it can, so that the fault shows when it is there; nothing rests on it.
HEAD_START = 0.4


def test_no_lock_keeps_others_from_referring_to_the_row():
    wrong = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted(ROOT.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "select_for_update"
        and not any(word.arg == "no_key" for word in call.keywords)
    ]
    assert wrong == []


def side_by_side(*works) -> list[BaseException]:
    """Do these at once, each on a connection of its own, meeting where they call `meet`; what went wrong."""
    meeting, troubles = Barrier(len(works), timeout=20), []

    def run(work):
        try:
            with transaction.atomic():
                work(meeting.wait)
        except BaseException as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return troubles


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_a_message_is_removed_while_it_is_answered():
    town = build_town()
    opening = acts.start(by=town.ana, community=town.petanque, text="Who comes?")
    said = acts.answer(by=town.bo, thread=opening.thread, text="Me")

    def remove(meet):
        Message.objects.select_for_update(no_key=True).get(pk=said.pk)
        meet()
        acts.remove(by=town.bo, message=said)

    def answer(meet):
        Conversation.objects.select_for_update(no_key=True).get(pk=opening.thread_id)
        meet()
        acts.answer(by=town.chloe, thread=opening.thread, text="Me too", in_reply_to=said)

    assert side_by_side(remove, answer) == []
    assert Message.objects.filter(removed_at=None).count() == 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_a_word_is_given_while_a_circle_is_changed():
    town = build_town()
    said = acts.start(by=town.ana, community=town.petanque, text="The tree fell")

    def change(meet):
        # As does, before its deed, whoever comes in, writes the charter or takes outside news in.
        Community.objects.select_for_update(no_key=True).get(pk=town.petanque.pk)
        meet()
        acts.start(by=town.gil, community=town.petanque, text="Noted")

    def attest(meet):
        keep_order()
        meet()
        acts.attest(by=town.bo, message=said, stance="saw")

    assert side_by_side(change, attest) == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_a_word_is_given_while_a_reader_waits_for_somebody_who_answers():
    town = build_town()
    said = acts.start(by=town.ana, community=town.petanque, text="The tree fell")

    def answer(meet):
        desk_moved(town.bo.pk)
        meet()
        time.sleep(HEAD_START)
        acts.answer(by=town.bo, thread=said.thread, text="I saw it")

    def attest(meet):
        meet()
        _give(SimpleNamespace(me=town.chloe, POST={}), said, "saw", None)

    def read(meet):
        # As the reader of notices, which has that of standings go first and puts away what waited for Bo.
        hold(standing)
        meet()
        time.sleep(HEAD_START)
        desk_moved(town.bo.pk)

    assert side_by_side(answer, attest, read) == []
