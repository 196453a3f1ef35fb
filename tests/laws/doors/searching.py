"""Searching: open to everyone, and finds nothing one may not read (tests/http/test_search.py)."""

from tests.laws.roles import Row, Scene, nothing_at

ROWS = [Row("search", "", nothing_at)]


def extend(scene: Scene) -> None:
    """The search needs nothing that is not there."""
