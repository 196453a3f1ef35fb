"""Memory: what the deeds of the house add up to. It reads the journal and knows deeds and people, not the rooms."""
