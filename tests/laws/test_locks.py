"""Rows are locked so that what refers to them can be written: on PostgreSQL it would wait, and two for ever."""

import ast
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from comvir.conversation import acts
from comvir.conversation.models import Message
from comvir.conversation.models import Thread as Conversation
from comvir.journal.record import keep_order
from comvir.people.models import Community
from tests.people import build_town

ROOT = Path(__file__).resolve().parents[2] / "comvir"


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
