"""Live pages: one tail of the journal, one hub, one stream per open page."""
