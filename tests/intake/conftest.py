"""A small web that the intake asks, and wires that lead to it."""

from functools import partial

import pytest

from comvir.intake import acts, reading, websub
from comvir.lib.fetch import Limits, fetch
from tests.lib.outside import outside

SHORT = Limits(seconds=2)


@pytest.fixture
def web(monkeypatch):
    """A server of this machine under the name news.example, the only one the intake may reach."""
    with outside() as server:
        reach = partial(fetch, policy=server.policy())
        monkeypatch.setattr(reading, "fetch", partial(reach, limits=SHORT))
        monkeypatch.setattr(reading, "LOOK", SHORT)
        monkeypatch.setattr(websub, "fetch", reach)
        yield server


@pytest.fixture
def wire(town, web):
    """What the town hall publishes, taken into the pétanque circle by its steward."""
    return acts.take_in(by=town.gil, community=town.petanque, url=web.url("/rss"), title="Town hall", kind="flash")
