"""Taking outside news in and leaving it out: who may, what is kept, what it is told as."""

import ast
import inspect

import pytest

from comvir.intake import acts
from comvir.intake.models import Wire
from comvir.intake.refusals import AlreadyTakenIn, NoSuchWireKind, TooManyWires
from comvir.journal.models import Deed
from comvir.lib.fetch import Unfetchable
from comvir.people.models import Account, Membership, Role
from comvir.people.refusals import NameMissing, NameTooLong, StewardsOnly
from comvir.web.deeds import sentence

URL = "https://town.example/rss"


def take(town, **other) -> Wire:
    given = {"by": town.gil, "community": town.petanque, "url": URL, "title": "Town hall", "kind": "flash"}
    return acts.take_in(**{**given, **other})


def deeds_of(wire: Wire) -> list[str]:
    found = Deed.objects.filter(object_type="intake.wire", object_id=wire.pk).order_by("pk")
    return [sentence(deed) for deed in found.select_related("actor__same_as", "community")]


def test_a_steward_takes_news_in(town):
    wire = take(town, url=" HTTPS://Town.example:443/rss#top ", title="  Town\nhall ")
    assert (wire.url, wire.title, wire.kind, wire.by, wire.next_at) == (
        URL,
        "Town hall",
        "flash",
        town.gil,
        wire.taken_in_at,
    )
    assert (wire.person.name, wire.person.handle) == ("Town hall", "town-hall")
    assert not Account.objects.filter(person=wire.person).exists()
    assert Membership.objects.get(person=wire.person).role == Role.GHOST
    assert not wire.person.ghost_addresses.exists()
    deed = Deed.objects.latest("pk")
    assert (deed.audience, deed.community) == ("community", town.petanque)
    assert deeds_of(wire) == ["Gil brought outside news into Pétanque du dimanche: Town hall."]


def test_only_a_steward_does(town):
    wire = take(town)
    for somebody in (town.ana, town.nina, town.fay, town.eve):
        with pytest.raises(StewardsOnly):
            take(town, by=somebody, url="https://other.example/rss")
        with pytest.raises(StewardsOnly):
            acts.leave_out(by=somebody, wire=wire)
        assert list(Wire.objects.visible_to(somebody)) == []
    assert list(Wire.objects.visible_to(town.gil)) == [wire]
    assert list(Wire.objects.visible_to(None)) == []


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"url": "town.example"}, Unfetchable),
        ({"url": "http://localhost/rss"}, Unfetchable),
        ({"url": "file:///etc/passwd"}, Unfetchable),
        ({"url": "https://a:b@town.example/rss"}, Unfetchable),
        ({"url": f"https://town.example/{'a' * 2000}"}, Unfetchable),
        ({"title": " \u200b"}, NameMissing),
        ({"title": "a" * 81}, NameTooLong),
        ({"kind": "fact"}, NoSuchWireKind),
        ({"kind": ""}, NoSuchWireKind),
    ],
)
def test_what_cannot_be_taken_in(town, given, refusal):
    before = Deed.objects.count()
    with pytest.raises(refusal):
        take(town, **given)
    assert (Wire.objects.count(), Deed.objects.count()) == (0, before)


def test_the_same_news_twice_and_one_too_many(town):
    take(town)
    with pytest.raises(AlreadyTakenIn):
        take(town, title="Again")
    take(town, by=town.fay, community=town.music)
    for number in range(19):
        take(town, url=f"{URL}/{number}", title="東京" if number else "Town hall")
    with pytest.raises(TooManyWires):
        take(town, url=f"{URL}/20")
    handles = set(Wire.objects.values_list("person__handle", flat=True))
    assert len(handles) == 21 and {"town-hall", "town-hall-2"} <= handles


def test_left_out_and_taken_in_again_it_is_the_same_voice(town):
    wire = take(town)
    acts.leave_out(by=town.gil, wire=wire)
    acts.leave_out(by=town.gil, wire=wire)
    wire.refresh_from_db()
    assert (wire.left_out_by, Membership.objects.get(person=wire.person).left_at) == (town.gil, wire.left_out_at)
    assert deeds_of(wire)[1:] == ["Gil stopped the outside news Town hall in Pétanque du dimanche."]
    again = take(town, title="The town hall")
    assert (again.pk != wire.pk, again.person, again.person.name) == (True, wire.person, "The town hall")
    assert list(Wire.objects.visible_to(town.gil)) == [again]


@pytest.mark.parametrize("act", [acts.take_in, acts.leave_out])
def test_an_act_takes_by_first_and_ends_with_its_deed(act):
    parameters = list(inspect.signature(act).parameters.values())
    assert parameters[0].name == "by"
    assert {parameter.kind for parameter in parameters} == {inspect.Parameter.KEYWORD_ONLY}
    blocks = [node for node in ast.walk(ast.parse(inspect.getsource(act))) if isinstance(node, ast.With)]
    assert [ast.unparse(block.items[0].context_expr) for block in blocks] == ["transaction.atomic()"]
    assert ast.unparse(blocks[0].body[-1]).startswith("record(")
