"""What many may see, gathered at once, is what each of them may see."""

from comvir.people import acts
from comvir.people.access import sight_of
from comvir.people.models import Person
from comvir.people.sights import sights_of
from tests.people import belong, person


def test_gathered_at_once_or_one_by_one_it_is_the_same(town):
    acts.block(by=town.ana, other=town.dan)
    market = acts.open_community(by=town.fay, name="Market", theme="neighbourhood", visibility="public")
    belong(town.eve, market)
    lea = belong(person("Lea"), town.petanque)
    acts.leave(by=lea, community=town.petanque)
    acts.add_to_huddle(by=town.ana, huddle=town.huddle, person=town.chloe)
    acts.leave_huddle(by=town.chloe, huddle=town.huddle)
    ghost = Person.objects.create(handle="old-dan", name="Old Dan", same_as=town.dan, arrived_at=town.dan.arrived_at)
    everybody = list(Person.objects.all())
    sights = sights_of([somebody.pk for somebody in everybody])
    assert sights == {somebody.pk: sight_of(somebody) for somebody in everybody}
    assert sights[town.ana.pk].shut_out == {town.dan.pk, ghost.pk}
    assert sights[town.dan.pk].selves == {town.dan.pk, ghost.pk}
    assert sights_of([]) == {}


def test_however_many_it_is_one_statement(town, django_assert_num_queries):
    with django_assert_num_queries(1):
        sights_of(list({town.ana.pk, town.bo.pk, town.eve.pk}))
