"""The readers of the journal, in the order they are called. A new one is a line here."""

from comvir.journal.reading import Reader
from comvir.notifications.readers import notices

READERS: list[Reader] = [notices]
