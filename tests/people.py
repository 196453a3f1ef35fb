"""The cast: one small town for all tests.

Ana, Bo, Chloé and Dan are members of the pétanque circle, Gil is its steward, Nina a newcomer;
Ana and Bo share a huddle there. Fay is steward of a music circle elsewhere. Eve belongs nowhere.
"""

from dataclasses import dataclass

from comvir.people import acts
from comvir.people.models import Community, Huddle, Membership, Person, Role
from comvir.web.arrival import open_account


def person(name: str) -> Person:
    """Somebody who has an account and has given a name."""
    return acts.arrive(by=open_account(f"{name.lower()}@example.org"), name=name)


def belong(somebody: Person, community: Community, role: Role = Role.MEMBER) -> Person:
    """Put somebody in a community, by the steward's invitation, in this role."""
    steward = Membership.objects.filter(community=community, role=Role.STEWARD).earliest("pk").person
    invitation = acts.invite(by=steward, community=community)
    acts.accept_invitation(by=somebody, invitation=invitation)
    if role is not Role.NEWCOMER:
        acts.welcome(by=steward, community=community, person=somebody)
    if role is Role.STEWARD:
        acts.appoint(by=steward, community=community, person=somebody, role=role)
    return somebody


@dataclass
class Town:
    ana: Person
    bo: Person
    chloe: Person
    dan: Person
    gil: Person
    nina: Person
    fay: Person
    eve: Person
    petanque: Community
    music: Community
    huddle: Huddle


def build_town() -> Town:
    """The town as every test finds it."""
    gil, fay = person("Gil"), person("Fay")
    petanque = acts.open_community(by=gil, name="Pétanque du dimanche", theme="outings", join_mode="request")
    music = acts.open_community(by=fay, name="Cordes et vents", theme="music", visibility="hidden")
    ana, bo, chloe, dan = (belong(person(name), petanque) for name in ("Ana", "Bo", "Chloe", "Dan"))
    nina = belong(person("Nina"), petanque, Role.NEWCOMER)
    huddle = acts.gather_huddle(by=ana, community=petanque, name="La bande à Ana", others=[bo])
    return Town(ana, bo, chloe, dan, gil, nina, fay, person("Eve"), petanque, music, huddle)
