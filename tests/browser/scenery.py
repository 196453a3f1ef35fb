"""What the demonstration lacks of conversation that carries its context, for one of everything to be seen."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from comvir.conversation import acts as talk
from comvir.conversation import desk, pictures
from comvir.conversation.acts import Beside, PollWish
from comvir.conversation.context import Context
from comvir.conversation.models import Message
from comvir.intake import acts as intake
from comvir.intake.models import Wire
from comvir.lib import clock
from comvir.people import acts
from comvir.people.models import Community, Person


def who(handle: str) -> Person:
    return Person.objects.get(handle=handle)


def more_scenes(circle: Community) -> dict[str, Any]:
    """Say it all in the circle; returns where each thing is: threads (numbers), messages, names."""
    return {**_flashes(circle), **_questions_and_polls(circle), **_pictures(circle), **_elsewhere(circle)}


def _open(by: str, circle: Community, text: str, **beside: Any) -> Message:
    return talk.start(by=who(by), community=circle, text=text, beside=Beside(**beside))


def _flash(by: str, circle: Community, text: str, **more: Any) -> Message:
    return _open(
        by, circle, text, context=Context(kind="flash", place="Boulodrome, port side", source_kind="eyes", **more)
    )


def _flashes(circle: Community) -> dict[str, Any]:
    seen = clock.now() - timedelta(minutes=10)
    alone = _flash("karim", circle, "The lower gate is stuck", content_reference_time=seen)
    corrected = _flash("thuy", circle, "The bus stops at the port today", content_reference_time=seen)
    talk.answer(by=who("lucie"), thread=corrected.thread, text="Then I walk up.")
    talk.edit(by=who("thuy"), message=corrected, text="The bus stops at the station today", title="", correction=True)
    with clock.clock_at(clock.now() - timedelta(days=2)):
        over = _flash("nadege", circle, "No water at the fountain")
    few = _flash("fatou", circle, "A wallet was found under the bench", content_reference_time=seen)
    talk.attest(by=who("josette"), message=few, stance="saw")
    talk.attest(by=who("bernadette"), message=few, stance="dispute", words="It lay on the wall, and it was a purse.")
    gone = _flash("samir", circle, "Something said too soon")
    talk.answer(by=who("marcel"), thread=gone.thread, text="Are you sure?")
    talk.remove(by=who("samir"), message=gone)
    return {
        "flash_alone": alone.thread_id, "flash_alone_message": alone.pk, "flash_corrected": corrected.thread_id,
        "flash_corrected_message": corrected.pk, "flash_over": over.thread_id, "flash_few": few.thread_id,
        "flash_gone": gone.thread_id,
    }  # fmt: skip


def _questions_and_polls(circle: Community) -> dict[str, Any]:
    asked = _open("lucie", circle, "Where does one buy sand? #sand", context=Context(kind="question"))
    told = talk.answer(by=who("andre"), thread=asked.thread, text="At the yard behind the station. #sand")
    talk.settle(by=who("lucie"), answer=told)
    open_one = _open(
        "josette", circle, "Shall we play on the fourteenth?", poll=PollWish(("Yes, all day", "Only at noon", "No"))
    )
    over = _open("josette", circle, "Which cake?", poll=PollWish(("Almond", "Lemon"), several=True))
    unvoted = _open("bernadette", circle, "Which day for the stew?", poll=PollWish(("Saturday", "Sunday")))
    for handle, places in {"marcel": [0], "fatou": [0, 1], "karim": [1], "thuy": [0]}.items():
        lines = list(over.poll.choices.order_by("place"))
        talk.vote(by=who(handle), poll=over.poll, choices=[lines[place].pk for place in places])
        talk.vote(by=who(handle), poll=open_one.poll, choices=[open_one.poll.choices.get(place=places[0]).pk])
    talk.close_poll(by=who("josette"), poll=over.poll, outcome="Almond it is. Bernadette bakes it.")
    quoting = _open("fatou", circle, "Does this still hold?", quotes=Message.objects.get(pk=told.pk))
    return {
        "settled": asked.thread_id, "settled_answer": told.pk, "poll": open_one.thread_id, "unvoted": unvoted.thread_id,
        "poll_over": over.thread_id,
        "quoting": quoting.thread_id,
    }  # fmt: skip


def _drawn(number: int) -> bytes:
    drawing = Image.new("RGB", (900, 600 + 60 * number), (246, 200 - 30 * number, 120))
    ImageDraw.Draw(drawing).ellipse((200 + 90 * number, 150, 500 + 90 * number, 450), fill=(70, 80, 110 + 30 * number))
    kept = BytesIO()
    drawing.save(kept, "JPEG")
    return kept.getvalue()


def _pictures(circle: Community) -> dict[str, Any]:
    lucie = who("lucie")
    opening = _open("lucie", circle, "The ground after the rain")
    for count in (1, 2, 3):
        hung = [pictures.put_on_desk(by=lucie, data=_drawn(number), description="A ball on sand" if number else "").pk
                for number in range(count)]  # fmt: skip
        talk.answer(by=lucie, thread=opening.thread, text=f"Seen {count}", beside=Beside(pictures=hung))
    mine = pictures.put_on_desk(by=lucie, data=_drawn(0))
    return {"pictured": opening.thread_id, "undescribed": mine.pk}


def _elsewhere(circle: Community) -> dict[str, Any]:
    now = clock.now()
    linked = Context(kind="resource", source_kind="link", source_url="https://example.org/petanque/rules")
    resource = _open("bernadette", circle, "The rules, all of them", context=linked)
    hers = Community.objects.filter(memberships__person__handle="bernadette", memberships__left_at=None)
    passed = talk.pass_on(
        by=who("bernadette"), message=resource, community=hers.exclude(pk=circle.pk).earliest("pk"), text="Of use here?"
    )
    desk.schedule(
        by=who("lucie"), place=desk.Place(circle), text="Tomorrow we clean the ground.", title="",
        due_at=now + timedelta(days=1), fields={}, beside={},
    )  # fmt: skip
    for url, title in (("https://town.example.org/news.xml", "Town hall"), ("https://paper.example.org/rss", "Paper")):
        intake.take_in(by=who("josette"), community=circle, url=url, title=title, kind="flash")
    Wire.objects.filter(title="Paper").update(
        failures=6, failing_since=now - timedelta(days=3), last_error="status", last_status=404, last_read_at=now
    )
    acts.say_met(by=who("marcel"), community=circle, person=who("lucie"), on=now.date() - timedelta(days=1))
    return {"resource": resource.pk, "passed": passed.thread_id}
