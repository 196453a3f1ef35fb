"""Feeds: what is said here, for readers elsewhere: Atom, RSS, JSON Feed, and a WebSub hub of our own."""
