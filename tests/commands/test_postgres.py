"""The same with PostgreSQL, where COMVIR_DATABASE names one."""

import os
import secrets

import psycopg
import pytest

from tests.commands.house import comvir, furnish

pytestmark = pytest.mark.skipif(
    not os.environ.get("COMVIR_DATABASE", "").startswith("postgres"), reason="COMVIR_DATABASE names no PostgreSQL"
)


@pytest.fixture
def database():
    """The address of a database of its own, beside the one of the tests."""
    address, name = os.environ["COMVIR_DATABASE"], f"house_{secrets.token_hex(4)}"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield address.rpartition("/")[0] + f"/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def names(database):
    with psycopg.connect(database) as db:
        return [row[0] for row in db.execute("SELECT name FROM people_person ORDER BY id")]


def test_a_house_on_postgresql_is_saved_and_put_back(tmp_path, database):
    data, file = furnish(tmp_path / "house" / "data", COMVIR_DATABASE=database), tmp_path / "monday.tar.gz"
    said = comvir("backup", file, data=data, COMVIR_DATABASE=database)
    assert said.returncode == 0, said.stderr
    saved = names(database)
    with psycopg.connect(database) as db:
        db.execute("UPDATE people_person SET name = 'Somebody else'")
    refused = comvir("restore", file, data=data, COMVIR_DATABASE=database)
    assert refused.returncode == 2
    assert "--replace" in refused.stderr
    assert names(database) == ["Somebody else"] * len(saved)
    said = comvir("restore", file, "--replace", data=data, COMVIR_DATABASE=database)
    assert said.returncode == 0, said.stderr
    assert names(database) == saved
    assert (data / "media" / "portraits" / "ana.webp").exists()


def test_the_doctor_finds_a_house_on_postgresql_sound(tmp_path, database):
    data = furnish(tmp_path / "house" / "data", COMVIR_DATABASE=database)
    said = comvir("doctor", data=data, COMVIR_DATABASE=database)
    assert said.returncode == 0, said.stdout
    assert "PostgreSQL" in said.stdout
