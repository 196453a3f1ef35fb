"""That something moved on somebody's desk: drafts, notices put away, how far they read. No deed tells of it."""

from django.db.models import F

from comvir.lib.prepared import Change, prepared_change
from comvir.people.models import Person


@prepared_change
def moved(person: int) -> Change:
    """Note that this person's pages may show something else now. Called inside what moved it."""
    return Person.objects.filter(pk=person), {"desk": F("desk") + 1}
