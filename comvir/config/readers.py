"""The readers of the journal, in the order they are called. A new one is a line here."""

from comvir.feeds.readers import hub
from comvir.journal.reading import Reader
from comvir.memory.readers import standing
from comvir.notifications.readers import notices

# Those before the live pages: what they make of a deed is shown by the page that is told of it.
FIRST: list[Reader] = [standing]
READERS: list[Reader] = [*FIRST, hub, notices]
