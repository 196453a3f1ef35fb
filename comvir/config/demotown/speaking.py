"""Performing one line of a tale: each is one act, by the person who says it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from comvir.config.demotown.script import Line, Tale
from comvir.conversation import acts
from comvir.conversation.acts import Beside, PollWish
from comvir.conversation.context import Context
from comvir.conversation.kinds import SourceKind
from comvir.conversation.models import Message
from comvir.lib import clock
from comvir.people.models import Community, Huddle, Invitation, JoinRequest, Person

STANCES = {"saw": "saw", "told": "told", "sources": "source", "disputes": "dispute"}


@dataclass
class Town:
    """What exists so far, by the names the data uses."""

    people: dict[str, Person] = field(default_factory=dict)
    circles: dict[str, Community] = field(default_factory=dict)
    huddles: dict[str, Huddle] = field(default_factory=dict)
    links: dict[str, Invitation] = field(default_factory=dict)
    requests: dict[str, JoinRequest] = field(default_factory=dict)


def perform(town: Town, tale: Tale, line: Line, said: dict[str, Message]) -> None:
    """Do what the line says, and remember what was said under its name."""
    by = town.people[line.who]
    if line.how in STANCES:
        _attest(town, by, line, said[line.of])
    elif line.how == "votes":
        poll = said[line.of].poll
        acts.vote(by=by, poll=poll, choices=[poll.choices.get(place=int(line.more) - 1).pk])
    elif line.how == "settles":
        acts.settle(by=by, answer=said[line.of])
    else:
        message = _say(town, tale, line, said, by)
        said.setdefault("opening", message)
        if line.key:
            said[line.key] = message


def _say(town: Town, tale: Tale, line: Line, said: dict[str, Message], by: Person) -> Message:
    match line.how:
        case "edits" | "corrects":
            return acts.edit(by=by, message=said[line.of], text=line.text, correction=line.how == "corrects")
        case "removes":
            return acts.remove(by=by, message=said[line.of])
        case "passes":
            return acts.pass_on(by=by, message=said[line.of], community=town.circles[line.more], text=line.text)
    beside = _beside(line)
    if not said:
        huddle = town.huddles[tale.huddle] if tale.huddle else None
        community = town.circles[tale.circle]
        return acts.start(by=by, community=community, title=tale.title, text=line.text, huddle=huddle, beside=beside)
    answered = said[line.of] if line.of else None
    return acts.answer(by=by, thread=said["opening"].thread, text=line.text, in_reply_to=answered, beside=beside)


def _attest(town: Town, by: Person, line: Line, message: Message) -> None:
    acts.attest(
        by=by, message=message, stance=STANCES[line.how], words=line.text,
        told_by=town.people[line.more] if line.how == "told" and line.more else None,
        source_url=dict(line.beside).get("link", ""),
    )  # fmt: skip


def _beside(line: Line) -> Beside:
    told = dict(line.beside)
    if not told:
        return acts.BARE
    sources = [name for name in told if name in SourceKind.values]
    source = sources[0] if sources else ""
    choices = tuple(value for name, value in line.beside if name == "choice")
    context = Context(
        kind=told.get("kind", ""), place=told.get("place", ""), source_kind=source,
        content_reference_time=clock.now() - timedelta(minutes=int(told["seen"])) if "seen" in told else None,
        source_url=told.get("link", ""), source_name="" if source in ("link", "eyes") else told.get(source, ""),
    )  # fmt: skip
    return Beside(context=context, poll=PollWish(choices) if choices else None)
