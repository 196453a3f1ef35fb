"""Members: welcomed, given roles, parted with; and who came by whom."""

from comvir.people import acts
from comvir.people.access import role_in
from comvir.people.models import GhostAddress, Membership, Role
from comvir.web.members import tree_of
from tests.http.test_circles import queries_of
from tests.people import belong, person

PETANQUE = "/c/petanque-du-dimanche/"


def text_of(response) -> str:
    return response.content.decode()


def test_who_is_new_comes_first_with_the_yellow_button(town, as_seen_by):
    page = text_of(as_seen_by(town.ana).get(f"{PETANQUE}m/"))
    assert page.index("To welcome") < page.index("Welcome Nina") < page.index("The other members")
    assert "Came with Gil" in page
    assert "Who came by whom" not in page and "/role" not in page


def test_a_member_welcomes_and_only_once(town, as_seen_by):
    ana = as_seen_by(town.ana)
    response = ana.post(f"{PETANQUE}m/nina/welcome", follow=True)
    assert role_in(town.nina, town.petanque) is Role.MEMBER
    assert "Nina is welcome here" in text_of(response) and "To welcome" not in text_of(response)
    assert as_seen_by(town.bo).post(f"{PETANQUE}m/nina/welcome").status_code == 409


def test_a_newcomer_welcomes_nobody_and_sees_what_comes_next(town, as_seen_by):
    other = belong(person("Omar"), town.petanque, Role.NEWCOMER)
    nina = as_seen_by(town.nina)
    page = text_of(nina.get(f"{PETANQUE}m/"))
    assert "That is you." in page and "Welcome Omar" not in page
    assert nina.post(f"{PETANQUE}m/omar/welcome").status_code == 403
    assert role_in(other, town.petanque) is Role.NEWCOMER


def test_members_are_for_members(town, as_seen_by):
    eve = as_seen_by(town.eve)
    assert eve.get(f"{PETANQUE}m/").status_code == 404
    assert eve.post(f"{PETANQUE}m/nina/welcome").status_code == 404
    assert eve.get(f"{PETANQUE}m/").content == eve.get("/c/no-such-circle/m/").content


def test_whoever_blocked_the_reader_is_not_listed_nor_named_as_inviter(town, as_seen_by):
    acts.accept_invitation(by=town.eve, invitation=acts.invite(by=town.bo, community=town.petanque))
    assert "Came with Bo" in text_of(as_seen_by(town.ana).get(f"{PETANQUE}m/"))
    acts.block(by=town.bo, other=town.ana)
    page = text_of(as_seen_by(town.ana).get(f"{PETANQUE}m/"))
    assert "Eve" in page and "Came with Bo" not in page and "/p/bo/" not in page


def test_what_people_say_of_themselves_stands_beside_their_name(town, as_seen_by):
    acts.describe(by=town.bo, name="Bo", handle="bo", about="Mends *bikes*", languages="", time_zone="")
    assert "Mends bikes" in text_of(as_seen_by(town.ana).get(f"{PETANQUE}m/"))


def test_a_steward_gives_a_role(town, as_seen_by):
    gil = as_seen_by(town.gil)
    assert "Role of Ana" in text_of(gil.get(f"{PETANQUE}m/ana/role"))
    assert gil.post(f"{PETANQUE}m/ana/role", {"role": "steward"}).status_code == 303
    assert role_in(town.ana, town.petanque) is Role.STEWARD
    refused = gil.post(f"{PETANQUE}m/ana/role", {"role": "ghost"})
    assert (refused.status_code, "Choose a role." in text_of(refused)) == (400, True)


def test_the_last_steward_stays_one_and_reads_why(town, as_seen_by):
    response = as_seen_by(town.gil).post(f"{PETANQUE}m/gil/role", {"role": "member"})
    assert response.status_code == 409
    assert "You are the only steward." in text_of(response)
    assert role_in(town.gil, town.petanque) is Role.STEWARD


def test_parting_says_what_happens_then_does_it(town, as_seen_by):
    gil = as_seen_by(town.gil)
    assert "What they have said stays" in text_of(gil.get(f"{PETANQUE}m/bo/part"))
    assert role_in(town.bo, town.petanque) is Role.MEMBER
    assert gil.post(f"{PETANQUE}m/bo/part").status_code == 303
    assert role_in(town.bo, town.petanque) is None
    assert as_seen_by(town.bo).get(f"{PETANQUE}huddles/{town.huddle.pk}/").status_code == 404


def test_only_stewards_give_roles_and_part(town, as_seen_by):
    for somebody in (town.ana, town.nina, town.eve):
        client = as_seen_by(somebody)
        assert client.get(f"{PETANQUE}m/bo/part").status_code == 404
        assert client.post(f"{PETANQUE}m/bo/part").status_code == 404
        assert client.post(f"{PETANQUE}m/bo/role", {"role": "steward"}).status_code == 404
    assert role_in(town.bo, town.petanque) is Role.MEMBER


def test_a_steward_does_not_part_with_themselves(town, as_seen_by):
    response = as_seen_by(town.gil).post(f"{PETANQUE}m/gil/part")
    assert (response.status_code, "That cannot be done to oneself." in text_of(response)) == (409, True)


def test_the_tree_shows_who_came_by_whom(town, as_seen_by):
    acts.accept_invitation(by=town.eve, invitation=acts.invite(by=town.ana, community=town.petanque))
    page = text_of(as_seen_by(town.gil).get(f"{PETANQUE}m/"))
    tree = page[page.index("Who came by whom") :]
    assert tree.index("Gil") < tree.index("Ana") < tree.index("Eve") < tree.index("Bo")


def test_the_tree_holds_everyone_even_when_people_left_and_came_back(town):
    acts.accept_invitation(by=town.eve, invitation=acts.invite(by=town.ana, community=town.petanque))
    acts.welcome(by=town.ana, community=town.petanque, person=town.eve)
    acts.leave(by=town.ana, community=town.petanque)
    acts.accept_invitation(by=town.ana, invitation=acts.invite(by=town.eve, community=town.petanque))
    stays = list(Membership.objects.filter(left_at=None).select_related("person", "by_invitation__by"))
    here = [stay for stay in stays if stay.community_id == town.petanque.pk]

    def names(branches) -> list[str]:
        return [name for branch in branches for name in [branch.person.name, *names(branch.came)]]

    assert sorted(names(tree_of(here))) == ["Ana", "Bo", "Chloe", "Dan", "Eve", "Gil", "Nina"]


def test_names_from_archives_are_folded_and_open_nothing(town, as_seen_by):
    ghost = person("Old Hand")
    Membership.objects.create(community=town.petanque, person=ghost, role="ghost", joined_at=ghost.arrived_at)
    GhostAddress.objects.create(community=town.petanque, person=ghost, email="old@example.org")
    page = text_of(as_seen_by(town.ana).get(f"{PETANQUE}m/"))
    assert "From the archive" in page and "Old Hand" in page
    assert as_seen_by(town.gil).post(f"{PETANQUE}m/{ghost.handle}/role", {"role": "steward"}).status_code == 404


def test_the_page_makes_the_same_queries_for_three_more_members_and_for_fifteen(town, as_seen_by):
    for somebody in (town.ana, town.gil):
        client, name = as_seen_by(somebody), somebody.name
        for number in range(3):
            belong(person(f"{name}{number}"), town.petanque, Role.NEWCOMER if number % 2 else Role.MEMBER)
        few = queries_of(client, f"{PETANQUE}m/")
        for number in range(3, 15):
            belong(person(f"{name}{number}"), town.petanque, Role.NEWCOMER if number % 2 else Role.MEMBER)
        assert queries_of(client, f"{PETANQUE}m/") == few
