"""Somebody who knows the house from inside: `python -m tests.browser.scribe`, told one order a line, in JSON.

Each line is `[order, {names: values}]`; the answer is one line of JSON. The orders are the functions of `main`.
"""

from __future__ import annotations

import json
import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comvir.config.settings")
    django.setup()
    from comvir.conversation import acts as talk
    from comvir.conversation import desk
    from comvir.conversation.context import Context
    from comvir.conversation.models import Message, Thread
    from comvir.people import acts
    from comvir.people.models import Community, Huddle, Invitation, JoinRequest, Person
    from tests.browser.scenery import more_scenes

    def who(handle: str) -> Person:
        return Person.objects.get(handle=handle)

    def petanque() -> Community:
        return Community.objects.get(theme="outings")

    def places() -> object:
        """Where things are in the demonstration."""
        circle = petanque()
        huddle = Huddle.objects.get(community=circle)
        request = JoinRequest.objects.get(community=circle, outcome="waiting")
        busiest = Thread.objects.filter(community=circle, huddle=None, join_request=None, starter__handle="lucie")
        return {
            "petanque": circle.slug,
            "public": Community.objects.get(visibility="public").slug,
            "closed": Community.objects.get(theme="music").slug,
            "open": Community.objects.get(theme="learning").slug,
            "hidden": Community.objects.get(visibility="hidden").slug,
            "thread": busiest.earliest("-answers", "-pk").pk,
            "huddle": huddle.pk,
            "between": Thread.objects.filter(huddle=huddle).earliest("pk").pk,
            "said_in_the_open": Thread.objects.filter(audience="public").latest("pk").pk,
            "request": request.pk,
            "letters": request.thread.pk,
            "link": Invitation.objects.filter(community=circle, uses_left__gt=1).latest("pk").code,
            "flash": Message.objects.filter(community=circle, kind="flash").earliest("pk").pk,
        }

    def hostile(texts: list[str]) -> object:
        """All of these said, twenty to a thread, as words, titles, places and sources; the threads they are in."""
        circle, threads = petanque(), []
        for start in range(0, len(texts), 20):
            opening = None
            for text in texts[start : start + 20]:
                context = Context(kind="fact", place=text[:160], source_kind="person", source_name=text[:300])
                beside = talk.Beside(context=context)
                if opening is None:
                    opening = talk.start(by=who("lucie"), community=circle, title=text[:160], text=text, beside=beside)
                    threads.append(opening.thread_id)
                else:
                    talk.answer(by=who("marcel"), thread=opening.thread, text=text, beside=beside)
        return threads

    def scene() -> object:
        """What the demonstration lacks for one of everything to be seen, and where that is."""
        circle = petanque()
        opening = talk.start(by=who("lucie"), community=circle, title="Who brings what", text="One line each.")
        for number in range(70):
            last = talk.answer(by=who("marcel"), thread=opening.thread, text=f"I bring {number} boules.")
        mine = talk.answer(by=who("lucie"), thread=opening.thread, text="Then I **bring** none.")
        talk.edit(by=who("lucie"), message=mine, text="Then I bring *bread*, https://example.org/a/rather/long/address")
        gone = talk.answer(by=who("lucie"), thread=opening.thread, text="Said too soon", in_reply_to=last)
        talk.remove(by=who("lucie"), message=gone)
        doomed = talk.answer(by=who("lucie"), thread=opening.thread, text="Not for long")
        wordy = talk.start(by=who("karim"), community=circle, text=WORDY)
        told = Context(kind="fact", source_kind="person", source_name="the manager")
        closed = talk.start(
            by=who("andre"), community=circle, text="The bar is closed on Sunday", beside=talk.Beside(told)
        )
        talk.attest(by=who("josette"), message=closed, stance="dispute", words="The notice says: open from two")
        talk.attest(by=who("marcel"), message=closed, stance="told", told_by=who("andre"))
        talk.attest(by=who("lucie"), message=closed, stance="source", source_url="https://bar.example.org/hours")
        desk.keep_draft(by=who("lucie"), community=circle, text="Half a thought " + "and half a word" * 4)
        acts.block(by=who("hugo"), other=who("andre"))
        told_more = more_scenes(circle)
        return {
            "long": opening.thread_id,
            "mine": mine.pk,
            "opening": opening.pk,
            "gone": gone.pk,
            "doomed": doomed.pk,
            "wordy": wordy.thread_id,
            "closed_bar": closed.pk,
            "bar": closed.thread_id,
            **told_more,
        }

    def start(by: str, title: str) -> object:
        return talk.start(by=who(by), community=petanque(), title=title, text=f"{title}?").thread_id

    def say(by: str, thread: int, text: str) -> object:
        return talk.answer(by=who(by), thread=Thread.objects.get(pk=thread), text=text).pk

    def edit(by: str, message: int, text: str) -> object:
        return talk.edit(by=who(by), message=Message.objects.get(pk=message), text=text).pk

    def remove(by: str, message: int) -> object:
        return talk.remove(by=who(by), message=Message.objects.get(pk=message)).pk

    def block(by: str, other: str) -> object:
        return bool(acts.block(by=who(by), other=who(other)))

    def unblock(by: str, other: str) -> object:
        return bool(acts.unblock(by=who(by), other=who(other)))

    def bring_in(handle: str) -> object:
        """A new member of the pétanque, welcomed, who has nothing to do anywhere else."""
        from comvir.people.models import Account

        account = Account.objects.create_user(f"{handle}@example.org")
        somebody = acts.arrive(by=account, name=handle.title())
        link = acts.invite(by=who("josette"), community=petanque())
        acts.accept_invitation(by=somebody, invitation=link)
        acts.welcome(by=who("josette"), community=petanque(), person=somebody)
        return somebody.handle

    def part_with(handle: str) -> object:
        acts.part_with(by=who("josette"), community=petanque(), person=who(handle))
        return True

    known = [places, scene, hostile, start, say, edit, remove, block, unblock, bring_in, part_with]
    orders = {order.__name__: order for order in known}
    for line in sys.stdin:
        name, words = json.loads(line)
        print(json.dumps(orders[name](**words)), flush=True)


WORDY = f"""{"Unbreakable" * 30}

> Quoted **words** with `code`

- one
- two

```
{"a line of code that is much too long for a telephone " * 4}
```
https://example.org/{"very" * 60}
"""

if __name__ == "__main__":
    main()
