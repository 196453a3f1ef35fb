"""One furnished house is made; each test gets a copy."""

import shutil

import pytest

from tests.commands.house import furnish


@pytest.fixture(scope="session")
def _furnished(tmp_path_factory):
    return furnish(tmp_path_factory.mktemp("furnished") / "data")


@pytest.fixture
def house(_furnished, tmp_path):
    """The data folder of a house in which the cast lives."""
    return shutil.copytree(_furnished, tmp_path / "house" / "data")
