"""The vocabulary: each verb has its sentence, its line in the documentation, its type, its French."""

import re
from pathlib import Path

from django.utils import translation

from comvir.conversation import acts
from comvir.journal import verbs
from comvir.journal.models import Deed
from comvir.people.models import Person
from comvir.web.deeds import SENTENCES, TO_YOU, sentence, sentence_to_you

ROOT = Path(__file__).resolve().parents[2]
VERBS = {value for name, value in vars(verbs).items() if name.isupper() and isinstance(value, str)}
# The types of https://www.w3.org/TR/activitystreams-vocabulary/#activity-types.
ACTIVITY_TYPES = {
    "Accept", "Add", "Announce", "Arrive", "Block", "Create", "Delete", "Dislike", "Flag", "Follow", "Ignore", "Invite",
    "Join", "Leave", "Like", "Listen", "Move", "Offer", "Question", "Reject", "Read", "Remove", "TentativeReject",
    "TentativeAccept", "Travel", "Undo", "Update", "View",
}  # fmt: skip


def test_each_verb_has_a_sentence_a_type_and_a_line_in_the_documentation():
    documented = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "deeds.md").read_text(encoding="utf-8"), flags=re.M)
    assert len(VERBS) > 20
    assert set(verbs.ACTIVITY) == VERBS
    assert set(SENTENCES) == VERBS
    assert sorted(documented) == sorted(VERBS)
    assert set(TO_YOU) <= VERBS


def test_each_type_is_one_of_activitystreams():
    assert {kind for kind in verbs.ACTIVITY.values() if kind not in ACTIVITY_TYPES} == set()


def test_each_sentence_is_translated():
    patterns = [*SENTENCES.values(), *TO_YOU.values()]
    with translation.override("en"):
        english = [str(pattern) for pattern in patterns]
    with translation.override("fr"):
        french = [str(pattern) for pattern in patterns]
    assert [said for said, translated in zip(english, french, strict=True) if said == translated] == []
    names = [set(re.findall(r"%\((\w+)\)s", said)) for said in english]
    assert [set(re.findall(r"%\((\w+)\)s", said)) for said in french] == names


def test_every_deed_of_the_town_can_be_told(town):
    acts.start(by=town.ana, community=town.petanque, text="100 % of us, %(name)s")
    told = {
        deed.verb: sentence(deed) for deed in Deed.objects.order_by("pk").select_related("actor__same_as", "community")
    }
    assert told["gathered_huddle"] == "Ana gathered the huddle La bande à Ana."
    assert told["welcomed"] == "Gil welcomed Dan."
    assert told["said"] == "Ana wrote in Pétanque du dimanche."
    assert [said for said in told.values() if "%" in said or "  " in said] == []


def test_what_a_claimed_name_did_is_told_of_its_person(town):
    ghost = Person.objects.create(
        handle="b-from-1998", name="B. from 1998", same_as=town.bo, arrived_at=town.bo.arrived_at
    )
    deed = Deed.objects.filter(actor=town.ana, verb="gathered_huddle").get()
    Deed.objects.filter(pk=deed.pk).update(actor=ghost)
    assert sentence(Deed.objects.get(pk=deed.pk)) == "Bo gathered the huddle La bande à Ana."
    assert sentence_to_you(Deed.objects.get(pk=deed.pk)) == "Bo gathered the huddle La bande à Ana with you."
