"""The people of an archive: ghosts, each to be claimed by whoever proves the address it wrote from."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.utils import translation
from django.utils.translation import gettext

from comvir.lib.ids import slug_of
from comvir.lib.text import tidy_line
from comvir.people.acts.persons import free_handle
from comvir.people.models import Community, GhostAddress, Membership, Person, Role

LONGEST_NAME = 80


class Ghosts:
    """The authors of one community's archives, found or made as their messages come."""

    def __init__(self, community: Community, names: dict[str, str]) -> None:
        self.community = community
        self.names = names
        rows = GhostAddress.objects.filter(community=community).values_list("email", "person_id")
        self.known: dict[str, int] = {email.lower(): person for email, person in rows}
        self.made = 0

    def of(self, first_words: Iterable[tuple[str, datetime]]) -> dict[str, int]:
        """Ids of these authors, each given with the date of their first message here; makes the missing ones.

        Within the caller's transaction: a ghost is there when its message is, never before.
        """
        found: dict[str, int] = {}
        for author, date in first_words:
            if author not in found:
                found[author] = self.known.get(author) or self._make(author, date).pk
        return found

    def remember(self, found: dict[str, int]) -> None:
        """Take over what a committed transaction made."""
        self.made += sum(author not in self.known for author in found)
        self.known.update(found)

    def _make(self, author: str, date: datetime) -> Person:
        name = tidy_line(self.names.get(author, ""))[:LONGEST_NAME].strip() or self._nameless()
        person = Person.objects.create(handle=free_handle(_writable(name)), name=name, arrived_at=date)
        Membership.objects.create(community=self.community, person=person, role=Role.GHOST, joined_at=date)
        # Of a mail without an address the name is kept in its place: it finds the ghost again, and proves nothing.
        GhostAddress.objects.create(community=self.community, person=person, email=author)
        return person

    def _nameless(self) -> str:
        with translation.override(self.community.language):
            return gettext("Somebody")


def _writable(name: str) -> str:
    """The name, or for one in another alphabet a word made from it, the same at each try."""
    return name if slug_of(name) else f"p-{sha256(name.encode()).hexdigest()[:6]}"
