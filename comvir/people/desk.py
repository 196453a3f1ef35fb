"""That something moved of which no deed tells: on somebody's desk, or before everybody's eyes.

Pages are kept while nothing they show has moved (docs/decisions/0012-kept-pages.md): whoever writes such a thing says
so here, in the same transaction.
"""

from django.db.models import F

from comvir.lib.prepared import Change, prepared_change
from comvir.people.models import House, Person


@prepared_change
def desk_moved(person: int) -> Change:
    """This person's pages may show something else now: drafts, notices put away, how far they read."""
    return Person.objects.filter(pk=person), {"desk": F("desk") + 1}


@prepared_change
def house_moved() -> Change:
    """Everybody's pages may: a picture was described, a link looked at."""
    return House.objects.filter(pk=1), {"moved": F("moved") + 1}
