"""The journal: who did what, where, for whom, when. Everybody writes here; it knows nobody."""
