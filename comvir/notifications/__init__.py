"""Who should hear of what. A reader of the journal: it knows deeds and people, not rooms."""
