"""Which mails belong together. The answer depends on the set of mails alone, never on the order they came in.

First by what they answer: a mail, all it refers to and all that refers to the same are one conversation, even when
what they refer to is missing. Then by subject: an answer ("Re: …") that names nothing it answers belongs to the
conversation of that subject which was still going on.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

STILL_GOING_ON = timedelta(days=90)
SHORTEST_SUBJECT = 3
ANSWER = re.compile(
    r"^\s*(?:re|rép|rep|réf|ref|aw|antw|antwort|sv|vs|vb|odp|res|ris|rv|r|ynt|bls|回复|答复|返信|回覆)"
    r"\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]\s*",
    re.IGNORECASE,
)
FORWARD = re.compile(r"^\s*(?:fwd?|tr|wg|i|enc|doorst|rv|fs|vl|转发)\s*[:：]\s*", re.IGNORECASE)
LABEL = re.compile(r"^\s*\[[^\[\]]{1,60}\]\s*")
WAS = re.compile(r"\s*\((?:was|war|était|fwd)\s*:?[^()]*\)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Leaf:
    """What threading needs of a mail. `key` names it for ever; `date` is aware."""

    key: str
    message_id: str
    references: tuple[str, ...]
    subject: str
    date: datetime


def base_subject(subject: str) -> tuple[str, bool]:
    """The subject without prefixes and list labels, folded for comparison; and whether it announced an answer."""
    answers, before = False, None
    while before != subject:
        before = subject
        shorter = ANSWER.sub("", subject)
        answers |= shorter != subject
        subject = LABEL.sub("", FORWARD.sub("", shorter))
    subject = WAS.sub("", subject)
    return " ".join(subject.casefold().split()), answers


def title_of(subject: str) -> str:
    """The subject as a thread's title: without answer marks and list labels, its own case kept."""
    before = None
    while before != subject:
        before = subject
        subject = LABEL.sub("", ANSWER.sub("", subject))
    return " ".join(subject.split())


class _Groups:
    """Sets that are joined two by two (union and find)."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}

    def of(self, name: str) -> str:
        root = name
        while (above := self.parent.get(root, root)) != root:
            root = above
        while self.parent.get(name, name) != root:
            self.parent[name], name = root, self.parent[name]
        return root

    def join(self, one: str, other: str) -> None:
        one, other = self.of(one), self.of(other)
        if one != other:
            # The smaller name leads, so that the result does not depend on who came first.
            low, high = sorted((one, other))
            self.parent[high] = low


def threads_of(leaves: Iterable[Leaf]) -> list[list[Leaf]]:
    """The conversations, each in order of date, the conversations in order of their first mail."""
    ordered = sorted(leaves, key=lambda leaf: (leaf.date, leaf.key))
    groups = _Groups()
    for leaf in ordered:
        for reference in leaf.references:
            groups.join(_name(leaf), f"mid:{reference}")
    _join_by_subject(ordered, groups)
    threads: dict[str, list[Leaf]] = {}
    for leaf in ordered:
        threads.setdefault(groups.of(_name(leaf)), []).append(leaf)
    return list(threads.values())


def _join_by_subject(ordered: list[Leaf], groups: _Groups) -> None:
    last_of_subject: dict[str, str] = {}
    last_at: dict[str, datetime] = {}
    for leaf in ordered:
        subject, answers = base_subject(leaf.subject)
        group = groups.of(_name(leaf))
        if len(subject) >= SHORTEST_SUBJECT:
            earlier = groups.of(last_of_subject[subject]) if subject in last_of_subject else None
            going_on = earlier is not None and leaf.date - last_at[earlier] <= STILL_GOING_ON
            if earlier is not None and going_on and answers and not leaf.references:
                groups.join(group, earlier)
                last_at[groups.of(group)] = max(last_at[earlier], last_at.get(group, leaf.date))
                group = groups.of(group)
            last_of_subject[subject] = group
        last_at[group] = max(leaf.date, last_at.get(group, leaf.date))


def _name(leaf: Leaf) -> str:
    return f"mid:{leaf.message_id}" if leaf.message_id else leaf.key


def answered_by(thread: list[Leaf]) -> dict[str, str | None]:
    """For each mail of a thread the key of the one it answers: the nearest of its references that is there."""
    here = {leaf.message_id: leaf for leaf in reversed(thread) if leaf.message_id}
    place = {leaf.key: number for number, leaf in enumerate(thread)}
    answers: dict[str, str | None] = {}
    for leaf in thread:
        found = (here[reference] for reference in reversed(leaf.references) if reference in here)
        # A mail whose clock was wrong may seem to come before what it answers; an answer never points forward.
        nearest = next((other.key for other in found if place[other.key] < place[leaf.key]), None)
        answers[leaf.key] = nearest
    return answers
